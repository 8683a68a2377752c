/// Many byte strings in one buffer: 49,152 tokens cost two arrays, not 49,152.
package struct ByteStrings: Sendable {
    /// Every string, one after another.
    private(set) var bytes: [UInt8] = []
    /// Where each string ends in `bytes`.
    private var ends: [Int] = []

    package init() {}

    package init(_ strings: some Sequence<String>) {
        for string in strings { append(string.utf8) }
    }

    package mutating func reserve(strings: Int, bytes: Int) {
        self.bytes.reserveCapacity(bytes)
        ends.reserveCapacity(strings)
    }

    package mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
    }

    package mutating func append(_ string: RawSpan) {
        unsafe string.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }  // Copied during the call.
        ends.append(bytes.count)
    }

    package var count: Int { ends.count }

    /// Where string `index` lies in `bytes`.
    func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    package subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

    /// String `index` for people; bytes that are not UTF-8 are replaced.
    package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
