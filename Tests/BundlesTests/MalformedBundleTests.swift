import Bundles
import Files
import Signatures
import Testing

@Suite("No byte of a bundle can change unseen")
struct MalformedBundleTests {
    @Test("A flipped bit anywhere is an error, and so is any other byte")
    func flips() throws {
        let fixture = try Fixture()
        let bytes = try FileSystem.read(fixture.path)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for place in 0..<800 {
            // Evenly over the file, and then anywhere.
            let offset = place < 500 ? place * bytes.count / 500 : Int.random(in: bytes.indices, using: &generator)
            var damaged = bytes
            damaged[offset] ^= place < 500 ? 1 << UInt8(place % 8) : UInt8.random(in: 1...255, using: &generator)
            #expect(try fixture.error(of: damaged) != nil, "SeededGenerator(seed: \(seed)), byte \(offset)")
        }
    }

    @Test("A bundle cut off anywhere, or with anything behind it, is an error")
    func lengths() throws {
        let fixture = try Fixture()
        let bytes = try FileSystem.read(fixture.path)
        for count in stride(from: 0, to: bytes.count, by: 13) {
            #expect(try fixture.error(of: Array(bytes[..<count])) != nil, "\(count) bytes")
        }
        for block in stride(from: 0, to: bytes.count, by: 512) {
            #expect(try fixture.error(of: Array(bytes[..<block])) != nil, "\(block) bytes")
        }
        #expect(try fixture.error(of: bytes + [0]) == .trailingBytes(offset: bytes.count))
        #expect(try fixture.error(of: bytes + [UInt8](repeating: 0, count: 512)) == .trailingBytes(offset: bytes.count))
    }

    @Test("Pieces moved, doubled, dropped or mixed are errors, never traps")
    func mutations() throws {
        let fixture = try Fixture()
        let bytes = try FileSystem.read(fixture.path)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var mutant = bytes
            let blocks = bytes.count / 512
            let from = Int.random(in: 0..<blocks, using: &generator) * 512
            let to = Int.random(in: 0..<blocks, using: &generator) * 512
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: mutant.removeSubrange(from..<from + 512)
            case 1: mutant.insert(contentsOf: bytes[from..<from + 512], at: to)
            case 2: mutant.replaceSubrange(to..<to + 512, with: bytes[from..<from + 512])
            default: for place in from..<from + 512 { mutant[place] = .random(in: 0...255, using: &generator) }
            }
            if mutant == bytes { continue }
            #expect(try fixture.error(of: mutant) != nil, "SeededGenerator(seed: \(seed))")
        }
    }

    @Test("The first cause wins: form, signature, digest")
    func causes() throws {
        let fixture = try Fixture()
        let bytes = try FileSystem.read(fixture.path)
        let index = try Bundle(path: fixture.path).index
        var damaged = bytes
        damaged[600] ^= 1
        guard case .damaged(BundlePath.weights, 0, _, _) = try fixture.error(of: damaged) else {
            Issue.record("a digest should be the cause")
            return
        }
        damaged[index.end + 512 + 20] ^= 1
        guard case .signatureDoesNotCover = try fixture.error(of: damaged) else {
            Issue.record("a signature should be the cause")
            return
        }
        damaged[2020] ^= 1
        #expect(try fixture.error(of: damaged) == .nonzeroPadding(offset: 2020))
        damaged[0] ^= 1
        #expect(try fixture.error(of: damaged) == .malformedHeader(offset: 0))
    }

    @Test("Links, devices and folders are refused", arguments: Array("123456Lg".utf8))
    func types(type: UInt8) throws {
        let fixture = try Fixture()
        var bytes = try FileSystem.read(fixture.path)
        bytes[156] = type
        #expect(try fixture.error(of: bytes) == .notAFile(type: type, offset: 0))
    }

    @Test(
        "Paths that lead elsewhere are refused",
        arguments: ["/etc/passwd", "../x", "model/../x", "a//b", "a/", "\u{FF}", "mödel"])
    func paths(path: String) throws {
        let fixture = try Fixture()
        var bytes = try FileSystem.read(fixture.path)
        let name = Array(path.utf8)
        bytes.replaceSubrange(0..<100, with: name + [UInt8](repeating: 0, count: 100 - name.count))
        #expect(try fixture.error(of: bytes) == .badPath(path: path, offset: 0))
    }

    @Test("A time that would need another kind of header is refused", arguments: ["17777777777", "20000000000"])
    func times(octal: String) throws {
        let fixture = try Fixture()
        var bytes = try FileSystem.read(fixture.path)
        bytes.replaceSubrange(136..<147, with: Array(octal.utf8))
        #expect(try fixture.error(of: bytes) == .malformedHeader(offset: 0))
    }

    @Test("A folder must hold the bundle, the whole bundle and nothing else")
    func unpacked() throws {
        let fixture = try Fixture()
        let folder = fixture.folder("unpacked")
        try Bundle(path: fixture.path).unpack(to: folder)
        _ = try fixture.verify(folder)
        for path in [".git/hidden", "signatures/note.txt", "model/extra", "extra"] {
            try FileSystem.createDirectory(FileSystem.parent(of: folder + "/" + path))
            try FileSystem.replace(folder + "/" + path, with: [1])
            #expect(throws: BundleError.undeclared(path: path)) { try fixture.verify(folder) }
            try FileSystem.remove(folder + "/" + path)
        }
        try FileSystem.rename(folder + "/LICENSE", to: fixture.folder("LICENSE"))
        #expect(throws: BundleError.missing(path: "LICENSE")) { try fixture.verify(folder) }
        try FileSystem.replace(folder + "/LICENSE", with: Array("do as you like!\n".utf8))
        #expect(throws: BundleError.indexDisagrees(path: "LICENSE", offset: 0)) { try fixture.verify(folder) }
        try FileSystem.replace(folder + "/LICENSE", with: Array("do as I like!!\n".utf8))
        #expect(throws: BundleError.self) { try fixture.verify(folder) }
    }

    @Test(
        "A member around two and four gigabytes, and of eight, has the header it needs",
        arguments: [
            0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0x1_FFFF_FFFF,
            0x2_0000_0000,
        ])
    func large(size: Int) throws {
        // A hole takes no room; only the form is asked for, since hashing would take long.
        let fixture = try Fixture(signed: false)
        let path = fixture.folder("large")
        try LargeArchive.write(to: path, size: size)
        #expect(throws: BundleError.malformedDocument(path: BundlePath.index, field: "chunk_size")) {
            try Bundle(path: path)
        }
    }
}
