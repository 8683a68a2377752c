import Bundles
import Files
import Signatures
import Testing

@Suite("A bundle comes back as it was written")
struct BundleTests {
    @Test("Members, manifest, index and signers are there, packed and unpacked")
    func whole() throws {
        let fixture = try Fixture()
        try Bundle(path: fixture.path).unpack(to: fixture.folder("unpacked"))
        for path in [fixture.path, fixture.folder("unpacked")] {
            let verified = try fixture.verify(path)
            #expect(verified.signers == ["build"])
            let bundle = verified.value
            #expect(bundle.manifest.subject == "home-1.0.0")
            #expect(bundle.index.members.map(\.path) == Fixture.members.map(\.path))
            for member in Fixture.members {
                #expect(try bundle.bytes(of: member.path) == member.bytes)
                #expect(bundle.index[member.path]?.sha256 == .sha256(member.bytes))
            }
            #expect(throws: BundleError.missing(path: "README.md")) { try bundle.location(of: "README.md") }
            #expect(throws: BundleError.limitExceeded(.documentSize, limit: 10, found: 1500)) {
                try bundle.bytes(of: BundlePath.weights, limit: 10)
            }
        }
        #expect(throws: FileError.exists(path: fixture.folder("unpacked"))) {
            try Bundle(path: fixture.path).unpack(to: fixture.folder("unpacked"))
        }
    }

    @Test("Two builds in different folders are the same file; another time is another file")
    func deterministic() throws {
        let folder = try TemporaryFolder()
        try FileSystem.createDirectory(folder("elsewhere/below"))
        let index = try Fixture.write(to: folder("a"))
        #expect(try Fixture.write(to: folder("elsewhere/below/b")) == index)
        #expect(try FileSystem.read(folder("a")) == FileSystem.read(folder("elsewhere/below/b")))
        try Fixture.write(to: folder("later"), time: 1_700_000_000)
        #expect(try FileSystem.read(folder("a")) != FileSystem.read(folder("later")))
        #expect(try Bundle(path: folder("later")).index.time == 1_700_000_000)
        #expect(try FileSystem.list(folder.path) == ["a", "elsewhere", "later"])
    }

    @Test(
        "Pieces of any size make the same bundle as one piece", arguments: [1, 1000, 1 << 20, (1 << 20) + 1, 5 << 20])
    func pieces(size: Int) throws {
        let folder = try TemporaryFolder()
        let weights = (0..<(3 << 20) + 77).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let count = size == 1 ? 3000 : weights.count
        var files: [[UInt8]] = []
        for piece in [size, count] {
            var writer = try BundleWriter(destination: folder("x"))
            try writer.begin(path: BundlePath.weights, size: count)
            for start in stride(from: 0, to: count, by: piece) {
                // Bytes have no padding.
                try unsafe writer.write(weights.span.bytes.extracting(start..<min(start + piece, count)))
            }
            try writer.end()
            let range = try writer.range(of: BundlePath.weights)
            let mapped = try MappedFile(path: writer.temporary)
            #expect(mapped.bytes.byteCount >= range.upperBound)
            try writer.add(path: BundlePath.manifest, bytes: Fixture.manifest)
            let index = try writer.finish(subject: "home-1.0.0")
            #expect(index.members[0].sha256 == .sha256(Array(weights[..<count])))
            let bundle = try Bundle(path: folder("x"), thorough: true, threads: 3)
            #expect(try bundle.bytes(of: BundlePath.weights) == Array(weights[..<count]))
            files.append(try FileSystem.read(folder("x")))
        }
        #expect(files[0] == files[1])
    }

    @Test("A head is verified from its documents alone, and the payload against it later")
    func head() throws {
        let fixture = try Fixture()
        let bundle = try Bundle(path: fixture.path)
        let index = try bundle.index.encoded(), manifest = try bundle.bytes(of: BundlePath.manifest)
        let signatures = bundle.signatures.map { ($0.path, $0.bytes) }
        let head = try BundleHead.verify(
            index: index, manifest: manifest, signatures: signatures, policy: fixture.policy)
        #expect(head.value == bundle.head)
        try bundle.unpack(to: fixture.folder("staged"))
        #expect(try Bundle.verify(unpacked: fixture.folder("staged"), as: head).signers == ["build"])
        #expect(throws: BundleError.self) {
            try BundleHead.verify(
                index: index, manifest: manifest + [32], signatures: signatures, policy: fixture.policy)
        }
        #expect(throws: BundleError.notTrusted([.tooFewSigners(found: 0, threshold: 1)])) {
            try BundleHead.verify(index: index, manifest: manifest, signatures: [], policy: fixture.policy)
        }
    }

    @Test("Damaged chunks are found by number, and a short file has none intact at its end")
    func chunks() throws {
        let folder = try TemporaryFolder()
        var bytes = [UInt8](repeating: 9, count: (4 << 20) + 5)
        var writer = try BundleWriter(destination: folder("x"))
        try writer.add(path: BundlePath.weights, bytes: bytes)
        try writer.add(path: BundlePath.manifest, bytes: Fixture.manifest)
        let member = try writer.finish(subject: "home-1.0.0").members[0]
        #expect(member.range(ofChunk: 4) == 4 << 20..<(4 << 20) + 5)
        bytes[1 << 20] = 0
        bytes[(3 << 20) - 1] = 0
        try FileSystem.replace(folder("part"), with: Array(bytes.dropLast()))
        let file = try MappedFile(path: folder("part"))
        let location = MemberLocation(file: file, range: 0..<file.count)
        #expect(try member.damagedChunks(in: location, threads: 2) == [1, 2, 4])
    }

    @Test("What can't be in a bundle is refused while it is written, and nothing is left behind")
    func writing() throws {
        let folder = try TemporaryFolder()
        for path in ["/abs", "a/../b", "..", "", "a//b", "./a", "index.json", "signatures/a", "ä", "a\0b", "a b"] {
            #expect(throws: BundleError.badPath(path: path, offset: 0)) {
                var writer = try BundleWriter(destination: folder("x"))
                try writer.add(path: path, bytes: [])
            }
        }
        #expect(throws: BundleError.misplaced(path: BundlePath.weights, offset: 1024)) {
            var writer = try BundleWriter(destination: folder("x"))
            try writer.add(path: "LICENSE", bytes: [1])
            try writer.add(path: BundlePath.weights, bytes: [])
        }
        #expect(throws: BundleError.wrongSize(path: "a", announced: 2, written: 1)) {
            var writer = try BundleWriter(destination: folder("x"))
            try writer.begin(path: "a", size: 2)
            // Bytes have no padding.
            try unsafe writer.write([UInt8(1)].span.bytes)
            try writer.end()
        }
        #expect(try FileSystem.list(folder.path) == [])
    }
}
