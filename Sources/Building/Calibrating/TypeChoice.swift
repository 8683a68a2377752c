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

    /// Chooses for each of `tensors`; nil where even the smallest types are too large together.
    ///
    /// Begins with the smallest and takes the step that saves most damage for its bytes, again and again. That leaves
    /// bytes over where the next step is a large tensor's, so tensors exchange bytes in the end.
    static func choose(_ tensors: [Tensor], within limit: Int) -> [Option]? {
        var choice = TypeChoice(tensors: tensors, limit: limit)
        guard choice.bytes <= limit else { return nil }
        while let step = choice.bestStep() { choice.take(step) }
        while let better = choice.exchanged() { choice = better }
        return zip(tensors, choice.chosen).map { $0.options[$1] }
    }

    private let tensors: [Tensor]
    private let limit: Int
    /// Which of each tensor's options it has.
    private var chosen: [Int]
    private var bytes: Int

    private init(tensors: [Tensor], limit: Int) {
        self.tensors = tensors
        self.limit = limit
        chosen = tensors.map { _ in 0 }
        bytes = tensors.reduce(0) { $0 + $1.options[0].bytes }
    }

    /// A tensor's way from the option that it has to another one.
    private struct Step {
        let tensor: Int
        let option: Int
        let bytes: Int
        /// Below 0 where there is less of it.
        let damage: Double
        var worth: Double { -damage / Double(bytes) }
    }

    private func step(_ tensor: Int, to option: Int) -> Step {
        let options = tensors[tensor].options, now = options[chosen[tensor]]
        return Step(
            tensor: tensor, option: option, bytes: options[option].bytes - now.bytes,
            damage: options[option].damage - now.damage)
    }

    private mutating func take(_ step: Step) {
        chosen[step.tensor] = step.option
        bytes += step.bytes
    }

    /// Every step up.
    private func steps() -> [Step] {
        tensors.indices.flatMap { tensor in
            (chosen[tensor] + 1..<tensors[tensor].options.count).map { step(tensor, to: $0) }
        }
    }

    /// The step up that saves most damage for its bytes, of those that fit.
    private func bestStep() -> Step? {
        var best: Step?
        for step in steps() where bytes + step.bytes <= limit && step.worth > best?.worth ?? 0 { best = step }
        return best
    }

    /// The choice after the first step up that is worth more than what other tensors lose by making room for it.
    private func exchanged() -> TypeChoice? {
        for step in steps() where bytes + step.bytes > limit {
            var other = self
            other.take(step)
            var damage = step.damage
            while other.bytes > limit, damage < 0, let loss = other.cheapestLoss(except: step.tensor) {
                other.take(loss)
                damage += loss.damage
            }
            guard other.bytes <= limit else { continue }
            while let gain = other.bestStep() {
                other.take(gain)
                damage += gain.damage
            }
            // Less isn't worth the time, and would be within what the damages themselves are off by.
            if damage < -1e-4 * total { return other }
        }
        return nil
    }

    private var total: Double { zip(tensors, chosen).reduce(0) { $0 + $1.0.options[$1.1].damage } }

    /// The step down that adds least damage for its bytes.
    private func cheapestLoss(except kept: Int) -> Step? {
        var best: Step?
        for tensor in tensors.indices where tensor != kept {
            for option in 0..<chosen[tensor] {
                let step = step(tensor, to: option)
                if best.map({ step.worth < $0.worth }) ?? true { best = step }
            }
        }
        return best
    }
}
