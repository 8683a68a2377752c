/// Text as a list of characters with their kinds.
struct ClassifiedText {
    /// The UTF-8 that was classified; what isn't UTF-8 has been replaced in it.
    let bytes: [UInt8]
    private(set) var kinds: [UInt8] = []
    /// Where each character starts in `bytes`, and then where the last one ends.
    private(set) var starts: [Int] = []

    /// Each byte that belongs to no character becomes U+FFFD, and longer forms of a character its own, as llama.cpp
    /// reads text; surrogates pass.
    init(_ text: [UInt8], _ range: Range<Int>) {
        var repaired: [UInt8]?
        kinds.reserveCapacity(range.count)
        starts.reserveCapacity(range.count + 1)
        var index = range.lowerBound
        while index < range.upperBound {
            starts.append(repaired?.count ?? index)
            let first = text[index]
            if first < 0x80 {
                kinds.append(first)
                repaired?.append(first)
                index += 1
                continue
            }
            let found = Self.point(text, index, range.upperBound)
            let (point, length) = found ?? (0xfffd, 1)
            kinds.append(point < 0x80 ? UInt8(point) : CharacterKind.of(point))
            if found == nil || Self.shortest(point) != length, repaired == nil {
                repaired = Array(text[..<index])
            }
            if repaired != nil { Self.append(point, to: &repaired) }
            index += length
        }
        bytes = repaired ?? text
        starts.append(repaired?.count ?? index)
    }

    var count: Int { kinds.count }

    /// The kinds with a pattern's lists told apart: those of list n become `CharacterKind.listed` + 2n, or + 2n + 1.
    func kinds(listing lists: [[ClosedRange<UInt32>]]) -> [UInt8] {
        guard !lists.isEmpty else { return kinds }
        var result = kinds
        for index in kinds.indices where bytes[starts[index]] >= 0x80 {
            guard let (point, _) = Self.point(bytes, starts[index], bytes.count) else { continue }
            guard kinds[index] != CharacterKind.space,
                let list = lists.firstIndex(where: { $0.contains { $0.contains(point) } })
            else { continue }
            result[index] = CharacterKind.listed + 2 * UInt8(list) + (kinds[index] == CharacterKind.letter ? 0 : 1)
        }
        return result
    }

    /// The code point at `index` and its length, whether it is the shortest form or not.
    private static func point(_ bytes: [UInt8], _ index: Int, _ end: Int) -> (UInt32, Int)? {
        let lead = UInt32(bytes[index])
        let length: Int
        switch lead {
        case 0xc0..<0xe0: length = 2
        case 0xe0..<0xf0: length = 3
        case 0xf0..<0xf8: length = 4
        default: return nil
        }
        guard index + length <= end else { return nil }
        var point = lead & (0x7f >> UInt32(length))
        for offset in 1..<length {
            let next = bytes[index + offset]
            guard next & 0xc0 == 0x80 else { return nil }
            point = point << 6 | UInt32(next & 0x3f)
        }
        return point < 0x110000 ? (point, length) : nil
    }

    private static func shortest(_ point: UInt32) -> Int {
        point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    }

    private static func append(_ point: UInt32, to bytes: inout [UInt8]?) {
        let length = shortest(point)
        if length == 1 {
            bytes?.append(UInt8(point))
            return
        }
        let mark: UInt32 = [0xc0, 0xe0, 0xf0][length - 2]
        bytes?.append(UInt8(truncatingIfNeeded: mark | point >> UInt32(6 * (length - 1))))
        for shift in stride(from: UInt32(6 * (length - 2)), through: 0, by: -6) {
            bytes?.append(UInt8(truncatingIfNeeded: 0x80 | point >> shift & 0x3f))
        }
    }
}
