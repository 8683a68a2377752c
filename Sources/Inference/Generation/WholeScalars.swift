/// Makes text of UTF-8 that arrives in pieces: a scalar that isn't whole yet waits for its rest.
///
/// All that is fed, decoded together, gives the same text: bytes that are no UTF-8 become U+FFFD.
struct WholeScalars {
    private var held: [UInt8] = []

    /// Takes the next piece; returns the text that is certain.
    mutating func feed(_ piece: [UInt8]) -> String {
        held += piece
        let end = Self.wholeEnd(of: held)
        defer { held.removeSubrange(..<end) }
        return String(decoding: held[..<end], as: UTF8.self)
    }

    /// What was held back, when nothing follows.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// Where the last scalar begins, if bytes of it are missing; otherwise the end.
    private static func wholeEnd(of bytes: [UInt8]) -> Int {
        // A lead byte says how many follow, three at most.
        for back in 1...3 where back <= bytes.count {
            let length = bytes[bytes.count - back].leadingOnes
            if length == 1 { continue }
            return length > back && length <= 4 ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}

extension UInt8 {
    fileprivate var leadingOnes: Int { (~self).leadingZeroBitCount }
}
