/// Finds stop strings in text that arrives in pieces, and lets through what can't belong to one.
struct StopScanner {
    private let stops: [[UInt8]]
    /// The end of what arrived: it may be the beginning of a stop string.
    private var held: [UInt8] = []

    init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// Takes the next piece; returns what may be shown now, and whether a stop string has come.
    mutating func feed(_ piece: [UInt8]) -> (shown: [UInt8], stopped: Bool) {
        held += piece
        for start in held.indices {
            let rest = held[start...]
            if stops.contains(where: { rest.starts(with: $0) }) {
                defer { held = [] }
                return (Array(held[..<start]), true)
            }
            // A stop string may begin here, and what follows shows whether it does.
            if stops.contains(where: { $0.starts(with: rest) }) {
                defer { held.removeSubrange(..<start) }
                return (Array(held[..<start]), false)
            }
        }
        defer { held = [] }
        return (held, false)
    }

    /// What was held back when the answer ends otherwise.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }
}
