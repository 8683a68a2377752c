import Bundles
import Testing

@Suite("Versions are read and ordered as SemVer 2.0.0 says")
struct SemanticVersionTests {
    @Test("Precedence is the specification's example, and beyond any integer")
    func order() throws {
        let texts = [
            "0.0.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
            "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0-0", "2.0.0--",
            "2.0.0-a-b", "2.0.0", "99999999999999999999.0.0", "100000000000000000000.0.0",
        ]
        let versions = try texts.map { try #require(SemanticVersion($0)) }
        #expect(versions.shuffled().sorted().map(\.text) == texts)
        #expect(versions.map(\.isPrerelease).filter { $0 }.count == 10)
    }

    @Test(
        "Anything else is no version",
        arguments: [
            "", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+build",
            "1.0.0-a+b", "1.0.-1", " 1.0.0", "1.0.0\n", "1.0.0-ä", "1.0.٣", "1..0",
            "1.0.0-" + String(repeating: "a", count: 60),
        ])
    func refused(text: String) {
        #expect(SemanticVersion(text) == nil)
    }
}
