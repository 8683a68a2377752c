import Bundles
import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

@Suite("A published bundle is what clients find")
struct PublicationTests {
    @Test("Bundle, index, manifest, signature and channel are there; root's key is not needed")
    func whole() async throws {
        let world = try TestWorld()
        try FileSystem.remove("\(world.keys.folder)/root.key")
        let path = try world.bundle("1.0.0")
        let published = try await world.publish(path, percent: 5)
        let bundle = try Bundle(path: path)

        let release = try #require(world.releases().first)
        #expect(release == Channel.Release(version: "1.0.0", index: bundle.contentDigest, percent: 5, salt: [1, 2, 3]))
        #expect(published.contentDigest == bundle.contentDigest.hex)
        #expect(try world.target("home/1.0.0/home-1.0.0.modelpack") == FileSystem.read(path))
        #expect(try world.target("home/1.0.0/index.json") == bundle.index.encoded())
        #expect(try world.target("home/1.0.0/manifest.json") == bundle.manifest.encoded())
        let signature = try #require(bundle.signatures.first)
        let name = FileSystem.name(of: signature.path)
        #expect(try world.target("home/1.0.0/\(name)") == signature.bytes)
        #expect(!FileSystem.exists(world.folder.path + "/.incoming"))
        #expect(try world.client().targetsMeta?.length != nil)
    }

    @Test("A second channel takes the same content; another content under the same version is refused")
    func content() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"), channel: "beta")
        try await world.publish(world.bundle("1.0.0"), channel: "stable")
        #expect(try world.releases("beta").map(\.index) == world.releases("stable").map(\.index))
        let before = try world.files()
        let error = await #expect(throws: PublishingError.self) {
            try await world.publish(world.bundle("1.0.0", content: "other"))
        }
        guard case .differentContent("home", "1.0.0", _, _) = error else { throw error ?? .unreadablePolicy }
        #expect(try world.files() == before)
    }

    @Test("A larger rollout keeps its salt; a whole one takes the older releases away")
    func rollout() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        try await world.publish(world.bundle("1.1.0"), percent: 5, salt: [7])
        #expect(try world.releases().map(\.version) == ["1.1.0", "1.0.0"])
        try await world.publish(world.bundle("1.1.0"), percent: 50, salt: [8])
        #expect(try world.releases().map(\.salt) == ["07", "010203"])
        #expect(try world.releases().map(\.percent) == [50, 100])
        try await world.publish(world.bundle("1.1.0"))
        #expect(try world.releases().map(\.version) == ["1.1.0"])
    }

    @Test("An older version is offered only as a step back")
    func stepBack() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.1.0"))
        try await world.publish(world.bundle("1.2.0"), percent: 10)
        await #expect(
            throws: PublishingError.notNewer(name: "home", version: "1.0.0", current: "1.2.0", channel: "stable")
        ) { try await world.publish(world.bundle("1.0.0")) }
        try await world.publish(world.bundle("1.0.0"), percent: 20, stepBack: true)
        #expect(try world.releases().map(\.version) == ["1.0.0"])
        #expect(try world.releases().first?.stepBackFrom == ["1.1.0", "1.2.0"])
    }

    @Test("A step back names what was withdrawn before, too; what is offered again is not to be gone back from")
    func stepBackFromWithdrawn() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        await #expect(
            throws: PublishingError.nothingToLeave(name: "home", version: "1.0.0", channel: "stable")
        ) { try await world.publish(world.bundle("1.0.0"), stepBack: true) }
        try await world.publish(world.bundle("1.2.0"), channel: "beta")
        try await world.publish(world.bundle("1.1.0"))
        _ = try Withdrawal(folder: world.folder, keys: world.keys).run("home", "1.1.0", now: TestWorld.now)
        try await world.publish(world.bundle("1.0.0"), stepBack: true)
        #expect(try world.releases().first?.stepBackFrom == ["1.1.0"])
        try await world.publish(world.bundle("1.1.0"), percent: 5)
        #expect(try world.releases().map(\.stepBackFrom) == [[], []])
    }

    @Test("A step back is compared with what the channel offers below it, never with what it leaves")
    func stepBackBaseline() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        try await world.publish(world.bundle("1.1.0"))
        try await world.publish(world.bundle("1.0.0"), stepBack: true) { _, baseline in
            baseline.map { ["compared with \($0)"] } ?? []
        }
    }

    @Test(
        "Published again, a bundle puts back what is missing or damaged, and says what it can't",
        arguments: [true, false])
    func restored(isDamaged: Bool) async throws {
        let world = try TestWorld()
        let path = try world.bundle("1.0.0")
        try await world.publish(path)
        let targets = ["home-1.0.0.modelpack", "index.json", "manifest.json"].map { "home/1.0.0/\($0)" }
        let before = try targets.map(world.target)
        for target in targets {
            let place = world.folder.target(try #require(try world.find(target)?.consistentPath))
            if isDamaged { try FileSystem.replace(place, with: [0]) } else { try FileSystem.remove(place) }
        }
        // Neither root's nor targets' key is needed for what the metadata has already.
        try FileSystem.remove("\(world.keys.folder)/targets.key")
        #expect(try await world.publish(path).restored == targets)
        #expect(try targets.map(world.target) == before)
        #expect(try await world.publish(path).restored == [])
    }

    @Test("The judge is shown the current release, and its no is kept unless forced, with a reason that is logged")
    func judge() async throws {
        let world = try TestWorld()
        let first = try world.bundle("1.0.0"), second = try world.bundle("1.1.0")
        // Not the file that was named, which others may change: the repository's copy.
        let copy = world.folder.path + "/.incoming"
        try await world.publish(first) { bundle, baseline in
            #expect(bundle == copy)
            #expect(baseline == nil)
            return []
        }
        let before = try world.files()
        let place = try world.find("home/1.0.0/home-1.0.0.modelpack")?.consistentPath
        let baseline = world.folder.target(try #require(place))
        await #expect(throws: PublishingError.judgedNo(["greeting"], bundle: second, baseline: baseline)) {
            try await world.publish(second) { _, baseline in
                let isFirst = try FileSystem.read(baseline ?? "") == FileSystem.read(first)
                return [isFirst ? "greeting" : "compared with something else"]
            }
        }
        #expect(try world.files() == before)
        let published = try await world.publish(second, force: "demo") { _, _ in ["greeting"] }
        #expect(published.against == ["greeting"])
        let log = try String(decoding: FileSystem.read(world.folder.log), as: UTF8.self).split(separator: "\n")
        #expect(log.count == 2)
        #expect(log.last?.contains(#""against":["greeting"]"#) == true)
        #expect(log.last?.contains(#""forced":"demo""#) == true)
    }

    @Test("What a stranger signed, or what is damaged, changes nothing")
    func untrusted() async throws {
        let world = try TestWorld()
        let stranger = try world.bundle("1.0.0", key: .generate(.p256))
        let before = try world.files()
        await #expect(throws: BundleError.notTrusted([.tooFewSigners(found: 0, threshold: 1)])) {
            try await world.publish(stranger)
        }
        let path = try world.bundle("1.0.0")
        var bytes = try FileSystem.read(path)
        bytes[1030] ^= 1
        try FileSystem.replace(path, with: bytes)
        await #expect(throws: BundleError.self) { try await world.publish(path) }
        #expect(try world.files() == before)
    }

    @Test(
        "Whoever can only write the repository's folder gets nothing signed",
        arguments: [
            "1.targets.json", "1.snapshot.json", "timestamp.json", "1.root.json",
        ])
    func tampered(name: String) async throws {
        let world = try TestWorld()
        let text = String(decoding: try FileSystem.read(world.folder.metadata(name)), as: UTF8.self)
        let changed = text.replacing(#""version":1"#, with: #""version":2"#)
        try FileSystem.replace(world.folder.metadata(name), with: Array(changed.utf8))
        await #expect(throws: TrustError.self) { try await world.publish(world.bundle("1.0.0")) }
    }

    @Test("Missing keys are named before anything is done", arguments: ["targets", "stable", "snapshot", "timestamp"])
    func missingKeys(role: String) async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("0.9.0"))
        // Another key under the right name is no key of this repository.
        let pem = try PrivateKey.generate(.p256).pem()
        try FileSystem.replace("\(world.keys.folder)/\(role).key", with: Array(pem.utf8))
        await #expect(
            throws: PublishingError.keysMissing(role: role, folder: world.keys.folder, found: 0, threshold: 1)
        ) { try await world.publish(world.bundle("1.0.0")) }
    }

    @Test("One at a time")
    func locked() async throws {
        let world = try TestWorld()
        let lock = try FileLock(world.folder.path + "/.lock")
        await #expect(throws: FileError.locked(path: world.folder.path + "/.lock")) {
            try await world.publish(world.bundle("1.0.0"))
        }
        withExtendedLifetime(lock) {}
    }

    @Test("Stopped after any number of files, the repository is whole, and the next run finishes")
    func stopped() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        let before = try world.files()
        try await world.publish(world.bundle("1.1.0"))
        let after = try world.files()
        // In the order of writing: targets, then metadata, the timestamp last.
        func rank(_ path: String) -> Int {
            ["/targets/", ".targets.json", ".stable.json", ".snapshot.json", "timestamp.json"].firstIndex {
                path.contains($0)
            } ?? -1
        }
        let written = after.filter { before[$0.key] != $0.value }.keys.sorted { (rank($0), $0) < (rank($1), $1) }
        #expect(written.last == world.folder.metadata("timestamp.json"))
        #expect(written.filter { before[$0] != nil }.map(FileSystem.name(of:)) == ["log.jsonl", "timestamp.json"])

        for path in written {
            if let bytes = before[path] {
                try FileSystem.replace(path, with: bytes)
            } else {
                try FileSystem.remove(path)
            }
        }
        for path in written {
            #expect(try world.releases().map(\.version) == ["1.0.0"], "before \(path)")
            try FileSystem.createDirectory(FileSystem.parent(of: path))
            try FileSystem.replace(path, with: try #require(after[path]))
        }
        #expect(try world.releases().map(\.version) == ["1.1.0"])
        // Back to a run that stopped just before its end: what it left behind does no harm.
        let timestamp = world.folder.metadata("timestamp.json")
        try FileSystem.replace(timestamp, with: try #require(before[timestamp]))
        let unfinished = world.folder.target("home/1.1.0/x.json.123.tmp")
        try FileSystem.replace(unfinished, with: [])
        try await world.publish(world.bundle("1.2.0"))
        #expect(!FileSystem.exists(unfinished))
        #expect(try world.releases().map(\.version) == ["1.2.0"])
    }

    @Test("Names and percentages are checked")
    func offers() {
        #expect(throws: PublishingError.badChannelName("../x")) { try Offer(channel: "../x") }
        #expect(throws: PublishingError.badChannelName("")) { try Offer(channel: "") }
        #expect(throws: PublishingError.badChannelName("root")) { try Offer(channel: "root") }
        #expect(throws: PublishingError.badPercentage(101)) { try Offer(channel: "stable", percent: 101) }
    }
}
