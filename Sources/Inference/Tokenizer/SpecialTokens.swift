/// Finds the texts of special tokens: longer ones first, then leftmost, as llama.cpp cuts them out.
struct SpecialTokens: Sendable {
    /// A tree of bytes: `node << 8 | byte` leads to the next node; the root is 0.
    private var edges: [Int: Int] = [:]
    /// The token whose text ends at a node.
    private var ends: [Int: Int32] = [:]
    private var first = [Bool](repeating: false, count: 256)
    /// Tokens that take the white space before or after them along.
    var strippingLeft: Set<Int32> = []
    var strippingRight: Set<Int32> = []

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
        /// What the token stands for, with the white space that it takes along.
        var range: Range<Int>
        let token: Int32
    }

    /// The tokens in `bytes`, in order, none overlapping another.
    func matches(_ bytes: [UInt8]) -> [Match] {
        guard !edges.isEmpty else { return [] }
        // Candidates wait by length and place: `~length << 40 | start`, the longest at each place only.
        var queue = Heap()
        for start in bytes.indices where first[Int(bytes[start])] {
            if let (_, length) = longest(bytes, start, below: .max) { queue.push(Self.candidate(start, length)) }
        }
        var taken = [Bool](repeating: false, count: bytes.count)
        var found: [Match] = []
        while let candidate = queue.pop() {
            let start = Int(candidate & 0xff_ffff_ffff)
            let limit = Int(0xff_ffff - candidate >> 40)
            guard !taken[start], let (token, length) = longest(bytes, start, below: limit + 1) else { continue }
            if taken[start..<start + length].contains(true) {
                if let (_, shorter) = longest(bytes, start, below: length) {
                    queue.push(Self.candidate(start, shorter))
                }
                continue
            }
            var (lower, upper) = (start, start + length)
            if strippingLeft.contains(token) {
                while lower > 0, !taken[lower - 1], Self.isSpace(bytes[lower - 1]) { lower -= 1 }
            }
            if strippingRight.contains(token) {
                while upper < bytes.count, !taken[upper], Self.isSpace(bytes[upper]) { upper += 1 }
            }
            for index in lower..<upper { taken[index] = true }
            found.append(Match(range: lower..<upper, token: token))
        }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The longest token at `start` with fewer bytes than `limit`.
    private func longest(_ bytes: [UInt8], _ start: Int, below limit: Int) -> (token: Int32, length: Int)? {
        var longest: (Int32, Int)?
        var (node, index) = (0, start)
        while index < bytes.count, index - start + 1 < limit, let next = edges[node << 8 | Int(bytes[index])] {
            node = next
            index += 1
            if let token = ends[node] { longest = (token, index - start) }
        }
        return longest
    }

    private static func candidate(_ start: Int, _ length: Int) -> UInt64 {
        UInt64(0xff_ffff - min(length, 0xff_ffff)) << 40 | UInt64(start)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }
}
