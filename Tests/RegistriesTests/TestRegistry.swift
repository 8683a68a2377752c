import Bundles
import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestServer

@testable import Registries

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.path + "/modelpack-" + UUID().uuidString

    init() throws { try FileSystem.createDirectory(path) }

    deinit { try? FileSystem.remove(path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }
}

/// A bundle with weights of `size` bytes, signed twice, with an empty member.
func makeBundle(at path: String, size: Int = 3_500_000, floor: String = "") throws -> Bundle {
    let manifest =
        #"{"architecture":"llama",\#(floor)"format":1,"gate":[],"license":{"spdx":"Apache-2.0"},"name":"home","#
        + #""quantization":{"rules":[],"type":"q8_0"},"requires":{"cpu":[],"memory":5,"runtime":[]},"suites":[],"#
        + #""version":"1.0.0"}"#
    var writer = try BundleWriter(destination: path, time: 1_700_000_000)
    try writer.add(path: BundlePath.weights, bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 + $0 >> 12) })
    try writer.add(path: BundlePath.recorded, bytes: [])
    try writer.add(path: BundlePath.manifest, bytes: Array(manifest.utf8))
    _ = try writer.finish(subject: "home-1.0.0", keys: [.generate(.p256), .generate(.p384)])
    return try Bundle(path: path)
}

/// An artifact's registry: what it has, by digest, and how it answers a request for a blob.
final class TestRegistry: Sendable {
    let server: MisbehavingServer
    private let contents: Contents

    private struct Stored {
        var blobs: [String: [UInt8]] = [:]
        var manifests: [String: [UInt8]] = [:]
    }

    private final class Contents: Sendable {
        let stored = Mutex(Stored())
    }

    /// `answer` may change what is answered; `found` is the blob or the manifest, empty where there is none.
    init(_ answer: @escaping @Sendable (_ request: Request, _ found: [UInt8]) -> Response? = { _, _ in nil }) {
        let contents = Contents()
        self.contents = contents
        server = MisbehavingServer { request in
            let name = String(request.path.split(separator: "/").last ?? "")
            return contents.stored.withLock { stored in
                let found = stored.blobs[name] ?? stored.manifests[name] ?? []
                if let response = answer(request, found) { return response }
                switch request.method {
                case "POST": return .status(202, headers: ["Location": "/v2/models/home/blobs/uploads/1?state=a"])
                case "PUT" where request.path.contains("/manifests/"):
                    stored.manifests[name] = request.body
                    return .status(201)
                case "PUT":
                    let digest = Digest.sha256(request.body).name
                    guard request.path.hasSuffix("?state=a&digest=" + digest.replacing(":", with: "%3A")) else {
                        return .status(
                            400, body: Array(#"{"errors":[{"code":"DIGEST_INVALID","message":"bad"}]}"#.utf8))
                    }
                    stored.blobs[digest] = request.body
                    return .status(201, headers: ["Docker-Content-Digest": digest])
                default:
                    guard stored.blobs[name] != nil || stored.manifests[name] != nil else { return .status(404) }
                    if request.method == "HEAD" { return .status(200, headers: ["Content-Length": "\(found.count)"]) }
                    return .file(found, request)
                }
            }
        }
    }

    /// Has the artifact without its being pushed; `manifest` in place of its own.
    func hold(_ artifact: Artifact, manifest: [UInt8]? = nil) {
        contents.stored.withLock { stored in
            for blob in artifact.blobs {
                stored.blobs[blob.digest.name] =
                    switch blob.content {
                    case .bytes(let bytes): bytes
                    case .file(let file, let range): MemberLocation(file: file, range: range).bytes
                    }
            }
            stored.manifests["1.0.0"] = manifest ?? artifact.manifest
        }
    }

    func client(_ credentials: Credentials = .none) throws -> RegistryClient {
        let port = server.address.dropFirst("http://127.0.0.1:".count).dropLast()
        return try RegistryClient(
            Reference(parsing: "127.0.0.1:\(port)/models/home:1.0.0"), isPlain: false, credentials: credentials)
    }

    /// Requests as `METHOD last-part-of-the-path`.
    var log: [String] { server.requests.map { $0.method + " " + ($0.path.split(separator: "/").last ?? "") } }
}
