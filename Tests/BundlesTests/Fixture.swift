import Bundles
import Files
import FoundationEssentials
import Signatures
import Testing

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.path + "/modelpack-" + UUID().uuidString

    init() throws { try FileSystem.createDirectory(path) }

    deinit { try? FileSystem.remove(path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }
}

/// A generator that gives the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// A small bundle and who signed it.
struct Fixture {
    let folder: TemporaryFolder
    let key: PrivateKey
    let policy: Policy
    var path: String { folder("home-1.0.0.modelpack") }

    static let manifest = Array(
        (#"{"architecture":"llama","format":1,"gate":[],"license":{"file":"LICENSE","spdx":"Apache-2.0"},"#
            + #""name":"home","quantization":{"rules":[],"type":"q8_0"},"requires":{"cpu":[],"runtime":[]},"#
            + #""suites":[],"version":"1.0.0"}"#).utf8)

    static let members: [(path: String, bytes: [UInt8])] = [
        (BundlePath.weights, (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
        ("LICENSE", Array("do as you like\n".utf8)),
        (BundlePath.recorded, []),
        (BundlePath.manifest, manifest),
    ]

    /// Writes the bundle, signed unless told otherwise.
    init(signed: Bool = true) throws {
        folder = try TemporaryFolder()
        key = try PrivateKey.generate(.p256)
        policy = try Policy(threshold: 1, keys: [.init(name: "build", key: key.publicKey)])
        try Self.write(to: path, keys: signed ? [key] : [])
    }

    @discardableResult
    static func write(to path: String, keys: [PrivateKey] = [], time: Int = 0) throws -> Index {
        var writer = try BundleWriter(destination: path, time: time)
        for member in members { try writer.add(path: member.path, bytes: member.bytes) }
        return try writer.finish(subject: "home-1.0.0", keys: keys)
    }

    func verify(_ path: String? = nil, thorough: Bool = true) throws -> Verified<Bundle> {
        try Bundle.verify(path: path ?? self.path, policy: policy, thorough: thorough)
    }

    /// The error of verifying other bytes in this bundle's place.
    func error(of bytes: [UInt8]) throws -> BundleError? {
        let other = folder("other")
        try OpenFile(creating: other).write(bytes, at: 0)
        do { _ = try verify(other, thorough: false) } catch { return try #require(error as? BundleError) }
        return nil
    }
}
