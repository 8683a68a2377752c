import Testing

@testable import Inference

@Suite("Stop strings are found however the text arrives")
struct StopScannerTests {
    @Test(
        "what is shown ends before the first stop string",
        arguments: [
            ("one two three", ["two"], "one ", true),
            ("one two three", ["three", "two"], "one ", true),
            ("aaab", ["aab"], "a", true),
            ("abababc", ["ababc"], "ab", true),
            ("one tw", ["two"], "one tw", false),
            ("plain", [], "plain", false),
            ("größe", ["ö"], "gr", true),
        ] as [(String, [String], String, Bool)])
    func cuts(text: String, stops: [String], shown: String, stopped: Bool) {
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            var scanner = StopScanner(stops)
            var output: [UInt8] = []
            var found = false
            for start in stride(from: 0, to: bytes.count, by: size) where !found {
                let piece = scanner.feed(Array(bytes[start..<min(start + size, bytes.count)]))
                output += piece.shown
                found = piece.stopped
            }
            output += scanner.finish()
            #expect(String(decoding: output, as: UTF8.self) == shown && found == stopped)
        }
    }

    @Test("nothing is held back longer than needed")
    func eager() {
        var scanner = StopScanner(["stop"])
        #expect(scanner.feed(Array("say st".utf8)) == (Array("say ".utf8), false))
        #expect(scanner.feed(Array("ay".utf8)) == (Array("stay".utf8), false))
    }
}
