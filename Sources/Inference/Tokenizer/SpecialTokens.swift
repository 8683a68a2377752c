/// Finds the texts of special tokens: longer ones first, then leftmost, as llama.cpp cuts them out.
struct SpecialTokens: Sendable {
    /// A tree of bytes: `node << 8 | byte` leads to the next node; the root is 0.
    private var edges: [Int: Int] = [:]
    /// The token whose text ends at a node.
    private var ends: [Int: Int32] = [:]
    private var first = [Bool](repeating: false, count: 256)

    mutating func add(_ text: ArraySlice<UInt8>, token: Int32) {
        guard let start = text.first else { return }
        first[Int(start)] = true
        var node = 0
        for byte in text {
            let edge = node << 8 | Int(byte)
            let next = edges[edge] ?? edges.count + 1
            edges[edge] = next
            node = next
        }
        if ends[node] == nil { ends[node] = token }
    }

    struct Match {
        let range: Range<Int>
        let token: Int32
    }

    /// The tokens in `bytes`, in order, none overlapping another.
    func matches(_ bytes: [UInt8]) -> [Match] {
        guard !edges.isEmpty else { return [] }
        var matches: [Match] = []
        for start in bytes.indices where first[Int(bytes[start])] {
            var (node, index) = (0, start)
            while index < bytes.count, let next = edges[node << 8 | Int(bytes[index])] {
                node = next
                index += 1
                if let token = ends[node] { matches.append(Match(range: start..<index, token: token)) }
            }
        }
        matches.sort {
            ($1.range.count, $0.token, $0.range.lowerBound) < ($0.range.count, $1.token, $1.range.lowerBound)
        }
        var taken = [Bool](repeating: false, count: bytes.count)
        let chosen = matches.filter { match in
            // A shorter match never covers a taken one whole, so its ends tell.
            if taken[match.range.lowerBound] || taken[match.range.upperBound - 1] { return false }
            for index in match.range { taken[index] = true }
            return true
        }
        return chosen.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
