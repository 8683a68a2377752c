import Bundles
import Files
import Foundation
import Publishing
import Signatures
import Testing
import Trust

@testable import Updating

/// A repository as publishers make it, every role with a key of its own; a device that follows it; and a thief, who can
/// write every file that is served, and signs with the keys that he stole.
final class TheftWorld {
    /// Roles of the repository by their names, and the key that signs bundles and policies.
    typealias Keys = Set<String>

    let path = FileManager.default.temporaryDirectory.path + "/theft-" + UUID().uuidString
    let builder: PrivateKey
    let thief: PrivateKey
    let stolen: Keys
    var clock = Date(timeIntervalSince1970: 1_800_000_000)

    var folder: RepositoryFolder { RepositoryFolder(path + "/repository") }
    private var keys: RepositoryKeys { RepositoryKeys(folder: path + "/keys") }
    private var layout: DeviceLayout { DeviceLayout(path + "/device") }

    /// The device has 1.1.0, after 1.0.0; `floor` is what 1.1.0 states.
    init(stolen: Keys = [], floor: String? = nil) async throws {
        (builder, thief) = (try .generate(.p256), try .generate(.p256))
        self.stolen = stolen
        try FileSystem.createDirectory(path)
        let policy = try Policy(threshold: 1, keys: [.init(name: "build", key: builder.publicKey)])
        _ = try Founding(folder: folder, keys: keys, policy: policy, thresholds: [:]).run(now: clock)
        try await publish("1.0.0")
        try setUpDevice(
            layout,
            configuration: DeviceConfiguration(
                repository: folder.path, channel: "stable", id: [UInt8](repeating: 1, count: 16)),
            root: FileSystem.read(folder.metadata("1.root.json")), policy: policy.encoded)
        #expect(try update() == .gets("1.0.0"))
        try await publish("1.1.0", floor: floor)
        #expect(try update() == .gets("1.1.0"))
    }

    deinit { try? FileSystem.remove(path) }

    /// What an update comes to.
    enum Loot: Equatable {
        /// The device went on with what it had, and noticed nothing.
        case nothing
        /// The device went on with what it had, and named the error.
        case refused(String)
        /// The device runs this version now.
        case gets(String)
    }

    func update() throws -> Loot {
        let before = current
        var store = try Store.open(layout.root, clock: clock)
        let configuration = try DeviceConfiguration(
            parsing: String(decoding: FileSystem.read(layout.configuration), as: UTF8.self), file: "device.yaml")
        let abilities = DeviceAbilities(memory: 1 << 30, cpu: [], modelpack: SemanticVersion("0.1.0"))
        var updater = Updater(configuration: configuration, abilities: abilities, healthCheck: { _ in .good })
        updater.backoff.wait = { _ in }
        do {
            _ = try updater.update(&store, clock: clock)
        } catch {
            #expect(current == before)
            return .refused(String("\(error)".prefix { $0 != "(" }))
        }
        return current == before ? .nothing : .gets(current)
    }

    /// The version that the device runs.
    private var current: String { Store.disk(of: layout.model("home")).current ?? "" }

    func publish(_ version: String, floor: String? = nil) async throws {
        let bundle = try bundle(version, floor: floor, key: builder)
        _ = try await Publication(folder: folder, keys: keys, offer: Offer(channel: "stable"))
            .run(bundle: bundle, now: clock, salt: [1], judge: { _, _ in [] })
    }

    private func bundle(_ version: String, floor: String? = nil, key: PrivateKey) throws -> String {
        let file = "\(path)/home-\(version).modelpack"
        var manifest = Manifest(
            name: "home", version: try #require(SemanticVersion(version)), architecture: "llama",
            quantization: .init(type: "q8_0"))
        manifest.floor = floor.flatMap { SemanticVersion($0) }
        var writer = try BundleWriter(destination: file)
        try writer.add(path: BundlePath.weights, bytes: Array("weights \(version)".utf8))
        try writer.add(path: BundlePath.manifest, bytes: manifest.encoded())
        _ = try writer.finish(subject: manifest.subject, keys: [key])
        return file
    }
}

/// What a thief does; he signs what he can, and leaves alone what he can't.
extension TheftWorld {
    /// Offers a bundle of his own, signed with the build key if that is his.
    func offerOwnBundle() throws {
        let file = try bundle("9.0.0", key: stolen.contains("build") ? builder : thief)
        let bundle = try Bundles.Bundle(path: file)
        var targets = [
            "home/9.0.0/index.json": try bundle.index.encoded(),
            "home/9.0.0/manifest.json": try bundle.manifest.encoded(),
            "home/9.0.0/home-9.0.0.modelpack": try FileSystem.read(file),
        ]
        for signature in bundle.signatures {
            targets["home/9.0.0/" + FileSystem.name(of: signature.path)] = signature.bytes
        }
        try sign(
            targets: targets,
            channel: Channel.Release(version: "9.0.0", index: bundle.contentDigest, percent: 100, salt: [1]))
    }

    /// Offers the version before, truly signed, as a step back.
    func offerOldBundle() throws {
        let bundle = try Bundles.Bundle(path: "\(path)/home-1.0.0.modelpack")
        let release = Channel.Release(
            version: "1.0.0", index: bundle.contentDigest, percent: 100, salt: [1], stepBackFrom: ["1.1.0"])
        try sign(targets: [:], channel: release)
    }

    /// Publishes a policy that names himself, signed by himself and by the build key if that is his.
    func publishOwnPolicy() throws {
        let own = Policy.Key(name: "thief", key: thief.publicKey)
        var document = PolicyDocument(try Policy(version: 2, threshold: 1, keys: [own]))
        try document.sign(with: thief)
        if stolen.contains("build") { try document.sign(with: builder) }
        try sign(targets: [PolicyDocument.path: document.encoded], channel: nil)
    }

    /// New metadata for new targets and what the channel offers, as far as his keys go.
    func sign(targets: [String: [UInt8]], channel: Channel.Release?) throws {
        if stolen.contains("root") { try forge("root") { try self.takeRoles(&$0) } }
        var entries = targets.mapValues(Self.entry)
        for (path, bytes) in targets { try place(path, bytes) }
        if let channel {
            let bytes = try Channel(models: ["home": .init(releases: [channel])]).encoded
            try place(Channel.path("stable"), bytes)
            entries[Channel.path("stable")] = nil
            try forge("stable") { $0["targets"] = .object([Channel.path("stable"): Self.entry(bytes)]) }
        } else {
            try forge("stable") { _ in }
        }
        try forge("targets") { signed in
            signed["targets"] = .object((signed["targets"]?.object ?? [:]).merging(entries) { $1 })
            self.takeChannel(&signed)
        }
        try forge("snapshot") { signed in
            for role in ["targets", "stable"] {
                signed["meta"]?[role + ".json"] = ["version": .integer(try self.newest(role))]
            }
        }
        try forge("timestamp") { $0["meta"] = ["snapshot.json": ["version": .integer(try self.newest("snapshot"))]] }
    }

    /// Whether a role's metadata can be signed: its own key, or one of a role above that names the thief's.
    private func hasKey(of role: String) -> Bool {
        stolen.contains(role) || stolen.contains("root") || (role == "stable" && stolen.contains("targets"))
    }

    private func key(of role: String) throws -> PrivateKey {
        guard stolen.contains(role) else { return thief }
        let pem = String(decoding: try FileSystem.read("\(path)/keys/\(role).key"), as: UTF8.self)
        return try PrivateKey(pem: pem)
    }

    /// The next version of a role's metadata, good for ever.
    func forge(_ role: String, _ change: (inout JSONValue) throws -> Void) throws {
        guard hasKey(of: role) else { return }
        let version = try newest(role)
        let file = role == "timestamp" ? "timestamp.json" : "\(version).\(role).json"
        var signed = try Envelope(parsing: FileSystem.read(folder.metadata(file)), role: role).signed
        signed["version"] = .integer(version + 1)
        signed["expires"] = "2099-01-01T00:00:00Z"
        try change(&signed)
        let name = role == "timestamp" ? "timestamp.json" : "\(version + 1).\(role).json"
        try FileSystem.replace(
            folder.metadata(name), with: try Envelope(signing: signed, with: [key(of: role)]).encoded)
    }

    private func takeRoles(_ root: inout JSONValue) throws {
        let key = RoleKey(thief.publicKey)
        root["keys"]?[key.keyID] = key.json
        for role in ["targets", "snapshot", "timestamp"] where !stolen.contains(role) {
            root["roles"]?[role]?["keyids"] = [.string(key.keyID)]
        }
    }

    private func takeChannel(_ targets: inout JSONValue) {
        guard !stolen.contains("stable"), let roles = targets["delegations"]?["roles"]?.array else { return }
        let key = RoleKey(thief.publicKey)
        targets["delegations"]?["keys"]?[key.keyID] = key.json
        targets["delegations"]?["roles"] = .array(
            roles.map { role in
                var role = role
                role["keyids"] = [.string(key.keyID)]
                return role
            })
    }

    /// The newest version of a role that lies in the repository.
    func newest(_ role: String) throws -> Int {
        if role == "timestamp" {
            let envelope = try Envelope(parsing: FileSystem.read(folder.metadata("timestamp.json")), role: role)
            return envelope.signed["version"]?.integer ?? 0
        }
        return try FileSystem.list(folder.path + "/metadata").filter { $0.hasSuffix(".\(role).json") }
            .compactMap { Int($0.prefix { $0 != "." }) }.max() ?? 0
    }

    private static func entry(_ bytes: [UInt8]) -> JSONValue {
        ["length": .integer(bytes.count), "hashes": ["sha256": .string(Digest.sha256(bytes).hex)]]
    }

    private func place(_ path: String, _ bytes: [UInt8]) throws {
        let file = folder.target(TargetFile.consistentPath(path, digest: Digest.sha256(bytes).hex))
        try FileSystem.createDirectory(FileSystem.parent(of: file))
        try FileSystem.replace(file, with: bytes)
    }
}
