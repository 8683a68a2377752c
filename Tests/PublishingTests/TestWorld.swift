import Bundles
import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

/// A folder of its own with a repository, its keys and a builder's key; removed with the test.
final class TestWorld {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    let path = FileManager.default.temporaryDirectory.path + "/modelpack-" + UUID().uuidString
    let builder: PrivateKey
    /// Told before each change of a file; may throw.
    var beforeStep: @Sendable (String) throws -> Void = { _ in }
    var folder: RepositoryFolder { RepositoryFolder(path + "/repository", beforeStep: beforeStep) }
    var keys: RepositoryKeys { RepositoryKeys(folder: path + "/keys") }
    let policy: Policy

    init(founded: Bool = true) throws {
        builder = try .generate(.p256)
        policy = try Policy(threshold: 1, keys: [.init(name: "build", key: builder.publicKey)])
        try FileSystem.createDirectory(path)
        if founded { _ = try found() }
    }

    /// The same repository, keys and bundles in another folder.
    init(copying other: TestWorld) throws {
        builder = other.builder
        policy = other.policy
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }

    deinit { try? FileSystem.remove(path) }

    func found(thresholds: [String: Int] = [:]) throws -> [String] {
        try Founding(folder: folder, keys: keys, policy: policy, thresholds: thresholds).run(now: Self.now)
    }

    /// Writes a small bundle; `content` stands for the weights.
    func bundle(_ version: String, content: String = "weights", key: PrivateKey? = nil) throws -> String {
        try bundle(version, weights: Array((content + version).utf8), key: key)
    }

    func bundle(_ version: String, weights: [UInt8], key: PrivateKey? = nil) throws -> String {
        let destination = "\(path)/home-\(version).modelpack"
        let manifest = Manifest(
            name: "home", version: try #require(SemanticVersion(version)), architecture: "llama",
            quantization: .init(type: "q8_0"))
        var writer = try BundleWriter(destination: destination)
        try writer.add(path: BundlePath.weights, bytes: weights)
        try writer.add(path: BundlePath.manifest, bytes: manifest.encoded())
        _ = try writer.finish(subject: "home-\(version)", keys: [key ?? builder])
        return destination
    }

    @discardableResult
    func publish(
        _ bundle: String, channel: String = "stable", percent: Double = 100, stepBack: Bool = false,
        force: String? = nil, deltaCount: Int = 0, salt: [UInt8] = [1, 2, 3], now: Date = now,
        judge: Publication.Judge = { _, _ in [] }
    ) async throws -> Published {
        let offer = try Offer(channel: channel, percent: percent, stepBack: stepBack)
        var publication = Publication(folder: folder, keys: keys, offer: offer, force: force)
        publication.deltaCount = deltaCount
        return try await publication.run(bundle: bundle, now: now, salt: salt, judge: judge)
    }

    /// What a client that trusts the first root comes to believe.
    func client(now: Date = now) throws -> TrustedMetadata {
        var trusted = try TrustedMetadata(root: FileSystem.read(folder.metadata("1.root.json")))
        while FileSystem.exists(folder.metadata("\(trusted.rootVersion + 1).root.json")) {
            try trusted.update(root: FileSystem.read(folder.metadata("\(trusted.rootVersion + 1).root.json")))
        }
        try trusted.update(timestamp: FileSystem.read(folder.metadata("timestamp.json")), now: now)
        let snapshot = try #require(trusted.snapshotMeta?.version)
        try trusted.update(snapshot: FileSystem.read(folder.metadata("\(snapshot).snapshot.json")), now: now)
        let targets = try #require(trusted.targetsMeta?.version)
        try trusted.update(targets: FileSystem.read(folder.metadata("\(targets).targets.json")), now: now)
        return trusted
    }

    /// What a client finds, through the delegations.
    func find(_ path: String) throws -> TargetFile? {
        var trusted = try client()
        let targets = try #require(trusted.targets)
        if let file = targets.files[path] { return file }
        var search = TargetSearch(for: path, below: targets)
        while let delegation = try search.next() {
            let version = try #require(trusted.meta(of: delegation.name)?.version)
            let bytes = try FileSystem.read(folder.metadata("\(version).\(delegation.name).json"))
            let below = try trusted.update(delegated: bytes, of: delegation, now: Self.now)
            if let file = below.files[path] { return file }
            search.enter(below)
        }
        return nil
    }

    /// The bytes of a target, as a client checks them.
    func target(_ path: String) throws -> [UInt8] {
        let file = try #require(try find(path), "no target \(path)")
        let bytes = try FileSystem.read(folder.target(try #require(file.consistentPath)))
        try file.verify(bytes)
        return bytes
    }

    func releases(_ channel: String = "stable") throws -> [Channel.Release] {
        try Channel(parsing: target(Channel.path(channel))).models["home"]?.releases ?? []
    }

    /// Every file of the repository with its bytes.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        func collect(_ folder: String) throws {
            for name in try FileSystem.list(folder) {
                let path = folder + "/" + name
                if FileSystem.isDirectory(path) { try collect(path) } else { files[path] = try FileSystem.read(path) }
            }
        }
        try collect(folder.path)
        return files
    }
}
