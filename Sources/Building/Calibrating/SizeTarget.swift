/// How large the weights may become.
package enum SizeTarget: Sendable, Equatable {
    /// The whole file's bytes.
    case bytes(Int)
    /// Of all weights, the mean.
    case bitsPerWeight(Double)

    /// Reads a size as `90MB`, `512MiB` or a number of bytes.
    package init?(size text: String) {
        let units: [(String, Double)] = [
            ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1),
        ]
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        guard let number = Double(text.dropLast(unit.0.count).filter { $0 != " " }), number > 0 else { return nil }
        let bytes = number * unit.1
        guard bytes < 1e15 else { return nil }
        self = .bytes(Int(bytes))
    }

    /// The most bytes of a file with `weights` numbers.
    func limit(weights: Int) -> Int {
        switch self {
        case .bytes(let bytes): bytes
        case .bitsPerWeight(let bits): Int(Double(weights) * bits / 8)
        }
    }
}
