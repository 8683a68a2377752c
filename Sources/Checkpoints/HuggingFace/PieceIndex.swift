/// Finds tokens by their bytes: Swift's strings would take two spellings of one character for equal.
struct PieceIndex {
    private let buffer: [UInt8]
    private let ranges: [Range<Int>]
    private let ids: [ArraySlice<UInt8>: Int]

    init(_ texts: [String?]) {
        var buffer: [UInt8] = []
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(texts.count)
        for text in texts {
            let start = buffer.count
            if let text { buffer.append(contentsOf: text.utf8) }
            ranges.append(start..<buffer.count)
        }
        var ids: [ArraySlice<UInt8>: Int] = [:]
        ids.reserveCapacity(texts.count)
        for (id, range) in ranges.enumerated() where !range.isEmpty { ids[buffer[range]] = id }
        self.buffer = buffer
        self.ranges = ranges
        self.ids = ids
    }

    subscript(text: ArraySlice<UInt8>) -> Int? { ids[text] }

    func bytes(_ id: Int) -> ArraySlice<UInt8> { buffer[ranges[id]] }
}
