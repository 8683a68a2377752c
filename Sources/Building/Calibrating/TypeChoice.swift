import Tensors

/// Which type each tensor gets, so that the file stays below a limit and the damage is least.
struct TypeChoice {
    struct Option: Equatable {
        let type: ElementType
        let bytes: Int
        let damage: Double
    }

    struct Tensor {
        let name: String
        /// By growing size; each costs more bytes than the one before it and does less damage.
        let options: [Option]

        /// Leaves out what costs more than another and does no less damage.
        init(name: String, options: [Option]) {
            self.name = name
            var useful: [Option] = []
            for option in options.sorted(by: { ($0.bytes, $0.damage) < ($1.bytes, $1.damage) })
            where useful.last.map({ option.damage < $0.damage }) ?? true {
                useful.append(option)
            }
            self.options = useful
        }
    }

    /// Chooses for each tensor; nil where even the smallest types are too large together.
    ///
    /// Begins with the smallest and takes the step that saves most damage for its bytes, again and again.
    static func choose(_ tensors: [Tensor], within limit: Int) -> [Option]? {
        var chosen = tensors.map { _ in 0 }
        var bytes = tensors.reduce(0) { $0 + $1.options[0].bytes }
        guard bytes <= limit else { return nil }
        while true {
            var best: (tensor: Int, option: Int, worth: Double)?
            for (index, tensor) in tensors.enumerated() {
                let now = tensor.options[chosen[index]]
                for (option, next) in tensor.options.enumerated().dropFirst(chosen[index] + 1)
                where bytes + next.bytes - now.bytes <= limit {
                    let worth = (now.damage - next.damage) / Double(next.bytes - now.bytes)
                    if worth > best?.worth ?? 0 { best = (index, option, worth) }
                }
            }
            guard let step = best else { break }
            let options = tensors[step.tensor].options
            bytes += options[step.option].bytes - options[chosen[step.tensor]].bytes
            chosen[step.tensor] = step.option
        }
        return zip(tensors, chosen).map { $0.options[$1] }
    }
}
