import Testing

@testable import Bundles

@Suite("A header's length depends on the size alone")
struct ArchiveHeaderTests {
    @Test(
        "At every limit",
        arguments: [0, 1, (1 << 33) - 1, 1 << 33, BundleLimits.size],
        [0, 1_700_000_000, BundleLimits.time])
    func lengths(size: Int, time: Int) {
        let long = String(repeating: "a/", count: 49)
        for path in ["a", "model/model.gguf", long + "a", String(repeating: "b", count: BundleLimits.pathLength)] {
            let header = ArchiveHeader.bytes(path: path, size: size, time: time)
            #expect(header.count == ArchiveHeader.length(forSize: size), "\(path)")
            #expect(BundlePath.isValid(path))
        }
    }
}
