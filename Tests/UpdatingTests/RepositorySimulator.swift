import Bundles
import Files
import Foundation
import Signatures
import Synchronization
import TestServer
import Trust

@testable import Updating

/// A repository in memory, with real keys and real bundles: whatever a test wants, signed as it should be.
final class RepositorySimulator: Sendable {
    static let rootKey = Result { try PrivateKey.generate(.p256) }
    static let bundleKey = Result { try PrivateKey.generate(.p256) }
    static let strangersKey = Result { try PrivateKey.generate(.p256) }

    /// The files by their paths below the repository's address.
    let files = Mutex<[String: [UInt8]]>([:])
    private let targets = Mutex<[String: [UInt8]]>([:])
    private let channel = Mutex(Channel())
    private let version = Mutex(0)
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("device-\(UUID().uuidString)").path
        try FileSystem.createDirectory(folder)
        let root = try Self.signed(try Self.root(version: 1))
        files.withLock { $0["metadata/1.root.json"] = root }
        try publish()
    }

    deinit { try? FileSystem.remove(folder) }

    var root: [UInt8] { files.withLock { $0["metadata/1.root.json"] ?? [] } }

    static var policy: [UInt8] {
        get throws {
            try Policy(threshold: 1, keys: [.init(name: "build", key: try bundleKey.get().publicKey)]).encoded
        }
    }

    /// Builds a bundle and offers it; `weights` are its model's bytes.
    @discardableResult
    func release(
        _ version: String, of name: String = "home", weights: [UInt8], floor: String? = nil, percent: Double = 100,
        requires: Manifest.Requirements = .init(), signer: Result<PrivateKey, any Error> = bundleKey,
        lyingVersion: String? = nil
    ) throws -> String {
        let path = folder + "/\(name)-\(version).modelpack"
        guard let semantic = SemanticVersion(lyingVersion ?? version) else { throw CocoaError(.coderInvalidValue) }
        var manifest = Manifest(name: name, version: semantic, architecture: "llama", quantization: .init(type: "q8_0"))
        manifest.floor = floor.flatMap { SemanticVersion($0) }
        manifest.requires = requires
        var writer = try BundleWriter(destination: path)
        try writer.add(path: BundlePath.weights, bytes: weights)
        try writer.add(path: "LICENSE", bytes: Array("free\n".utf8))
        try writer.add(path: "empty", bytes: [])
        try writer.add(path: "golden/smoke.jsonl", bytes: Array("{}\n".utf8))
        try writer.add(path: BundlePath.manifest, bytes: try manifest.encoded())
        _ = try writer.finish(subject: manifest.subject, keys: [try signer.get()])

        let bundle = try Bundles.Bundle(path: path)
        let prefix = "\(name)/\(version)/"
        let index = try bundle.index.encoded()
        let archive = try FileSystem.read(path)
        try targets.withLock {
            $0[prefix + "index.json"] = index
            $0[prefix + "manifest.json"] = try manifest.encoded()
            for file in bundle.signatures { $0[prefix + FileSystem.name(of: file.path)] = file.bytes }
            $0[prefix + "\(name)-\(version).modelpack"] = archive
        }
        channel.withLock {
            let release = Channel.Release(version: version, index: .sha256(index), percent: percent, salt: [9])
            $0.models[name, default: .init()].releases.append(release)
        }
        try publish()
        return path
    }

    /// Places one more target, signed like all the others.
    func place(_ path: String, _ bytes: [UInt8]) throws {
        targets.withLock { $0[path] = bytes }
        try publish()
    }

    /// Changes what the channel offers.
    func offer(_ change: (inout Channel) -> Void) throws {
        channel.withLock { change(&$0) }
        try publish()
    }

    /// Signs what is offered, as one version more of everything.
    func publish(expires: String = "2099-01-01T00:00:00Z") throws {
        let version = version.withLock {
            $0 += 1
            return $0
        }
        let offered = try channel.withLock { try $0.encoded }
        let all = targets.withLock {
            $0["channels/stable.json"] = offered
            return $0
        }
        var entries: [String: JSONValue] = [:]
        for (path, bytes) in all {
            let digest = Digest.sha256(bytes).hex
            entries[path] = ["length": .integer(bytes.count), "hashes": ["sha256": .string(digest)]]
            files.withLock { $0["targets/" + TargetFile.consistentPath(path, digest: digest)] = bytes }
        }
        let header = { (type: String, rest: [String: JSONValue]) -> JSONValue in
            var object: [String: JSONValue] = [
                "_type": .string(type), "spec_version": "1.0.31", "version": .integer(version),
                "expires": .string(expires),
            ]
            object.merge(rest) { $1 }
            return .object(object)
        }
        let meta = { (name: String) -> JSONValue in .object([name: ["version": .integer(version)]]) }
        let metadata = [
            "\(version).targets.json": try Self.signed(header("targets", ["targets": .object(entries)])),
            "\(version).snapshot.json": try Self.signed(header("snapshot", ["meta": meta("targets.json")])),
            "timestamp.json": try Self.signed(header("timestamp", ["meta": meta("snapshot.json")])),
        ]
        files.withLock { for (name, bytes) in metadata { $0["metadata/" + name] = bytes } }
    }

    static func root(version: Int, expires: String = "2099-01-01T00:00:00Z") throws -> JSONValue {
        let key = RoleKey(try rootKey.get().publicKey)
        let role: JSONValue = ["keyids": [.string(key.keyID)], "threshold": 1]
        return [
            "_type": "root", "spec_version": "1.0.31", "version": .integer(version), "expires": .string(expires),
            "consistent_snapshot": true, "keys": .object([key.keyID: key.json]),
            "roles": ["root": role, "timestamp": role, "snapshot": role, "targets": role],
        ]
    }

    static func signed(_ value: JSONValue) throws -> [UInt8] {
        try Envelope(signing: value, with: [try rootKey.get()]).encoded
    }

    /// Serves the repository as a good server does.
    func serve(_ request: Request) -> Response {
        let path = String(request.path.dropFirst())
        guard let file = files.withLock({ $0[path] }) else { return .status(404) }
        return .file(file, request)
    }
}

/// A device in a temporary folder.
struct TestDevice: ~Copyable {
    let layout: DeviceLayout
    var configuration: DeviceConfiguration
    var health: ModelHealth = .good
    var abilities = DeviceAbilities(memory: 1 << 30, cpu: ["avx2"], modelpack: SemanticVersion("0.1.0"))
    var clock = Date(timeIntervalSince1970: 1_790_000_000)

    init(_ simulator: RepositorySimulator, at address: String) throws {
        layout = DeviceLayout(simulator.folder + "/device")
        configuration = DeviceConfiguration(
            repository: address, channel: "stable", id: [UInt8](repeating: 1, count: 16))
        configuration.limits.connectSeconds = 5
        configuration.limits.stallSeconds = 1
        try setUpDevice(
            layout, configuration: configuration, root: simulator.root, policy: try RepositorySimulator.policy)
    }

    /// One run of `update`, as a process of its own would do it.
    func update(_ change: (inout Updater) -> Void = { _ in }) throws -> [UpdateResult] {
        var store = try Store.open(layout.root, clock: clock)
        return try updater(change).update(&store, clock: clock)
    }

    func updater(_ change: (inout Updater) -> Void = { _ in }) -> Updater {
        let health = health
        let abilities = abilities
        var updater = Updater(configuration: configuration, abilities: abilities, healthCheck: { _ in health })
        updater.backoff.wait = { _ in }
        change(&updater)
        return updater
    }

    var state: ModelState {
        get throws { try Store.readState(layout).models["home"] ?? ModelState() }
    }

    /// The version that `current` names, once everything in it is what its index says.
    func current(_ name: String = "home") throws -> String? {
        let model = layout.model(name)
        guard let version = Store.disk(of: model).current else { return nil }
        let bundle = try Bundles.Bundle(path: model.current, thorough: true)
        return bundle.manifest.version.text == version ? version : "mislabelled"
    }
}

/// Bytes that differ from chunk to chunk and from seed to seed.
func noise(_ count: Int, seed: UInt8) -> [UInt8] {
    let page = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 >> 3) ^ seed }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + page.count)
    while bytes.count < count {
        let number = bytes.count / page.count
        bytes += page
        bytes[bytes.count - 1] = UInt8(truncatingIfNeeded: number)
        bytes[bytes.count - 2] = UInt8(truncatingIfNeeded: number >> 8)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

/// What sort of failure `body` ends with; nil where it doesn't fail.
func kind(_ body: () throws -> Void) -> FailureKind? {
    do {
        try body()
        return nil
    } catch {
        return (error as? any ModelpackError)?.kind
    }
}
