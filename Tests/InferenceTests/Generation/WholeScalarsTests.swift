import Testing

@testable import Inference

@Suite("Text that arrives in pieces is shown in whole characters")
struct WholeScalarsTests {
    /// Whole and broken UTF-8: cut scalars, stray continuations, bytes that are never valid, overlong forms.
    static let texts: [[UInt8]] = [
        Array("Größe 日本語 🦜, plain".utf8), [0xF0, 0x9F, 0xA6], [0xE6, 0x97, 0x41, 0x97], [0x80, 0x80, 0xC3],
        [0xFF, 0xFE, 0xC3, 0xA9],
        [0xC0, 0xAF, 0xF8, 0x88, 0x80, 0x80, 0x80], [0xED, 0xA0, 0x80, 0x41], [0xF4, 0x90, 0x80, 0x80, 0xE2, 0x82],
    ]

    @Test("however it is cut, the pieces together are the text", arguments: texts)
    func pieces(_ bytes: [UInt8]) {
        for size in 1...bytes.count {
            var scalars = WholeScalars()
            var text = ""
            for start in stride(from: 0, to: bytes.count, by: size) {
                text += scalars.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(text + scalars.finish() == String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("a whole scalar isn't held back")
    func eager() {
        var scalars = WholeScalars()
        #expect(scalars.feed(Array("é".utf8)) == "é")
        #expect(scalars.feed([0xE6, 0x97]) == "")
        #expect(scalars.feed([0xA5, 0x41]) == "日A")
    }
}
