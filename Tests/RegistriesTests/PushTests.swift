import Bundles
import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestServer
import Testing
import Transport

@testable import Registries

@Suite("A push sends what the registry lacks, and the manifest last")
struct PushTests {
    @Test("A second push sends nothing; one of another manifest only what is new")
    func twice() throws {
        let folder = try TemporaryFolder()
        let artifact = try Artifact(makeBundle(at: folder("a"), size: 1000))
        let registry = TestRegistry()
        let first = try Push(registry.client()).run(artifact, tag: "1.0.0")
        // Configuration, weights, an empty recording, manifest, index and two signatures.
        #expect(first.sent.blobs == 7)
        #expect(first.present.blobs == 0)
        #expect(registry.log.last == "PUT 1.0.0")
        let pulled = try Pull(registry.client(), to: folder("b")).run()
        #expect(pulled.digest == first.digest)
        #expect(try FileSystem.read(folder("a")) == FileSystem.read(folder("b")))

        let second = try Push(registry.client()).run(artifact, tag: "1.0.0")
        #expect(second.sent.blobs == 0)
        #expect(second.present.blobs == 7)
        let other = try Artifact(makeBundle(at: folder("c"), size: 1000, floor: #""floor":"1.0.0","#))
        let third = try Push(registry.client()).run(other, tag: "1.0.0")
        // Manifest, index, two signatures and the configuration, which names their digests.
        #expect(third.sent.blobs == 5)
        #expect(third.present.bytes == 1000)
    }

    @Test("What fails for a moment is tried again, from the question on")
    func again() throws {
        let folder = try TemporaryFolder()
        let failures = Mutex(0)
        let registry = TestRegistry { request, _ in
            guard request.method == "PUT", !request.path.contains("/manifests/") else { return nil }
            return failures.withLock {
                $0 += 1
                return $0 <= 2 ? .status(503) : nil
            }
        }
        let pauses = Mutex<[Int]>([])
        var push = Push(try registry.client())
        push.pause = { failures in pauses.withLock { $0.append(failures) } }
        let result = try push.run(Artifact(makeBundle(at: folder("a"), size: 10)), tag: "1.0.0")
        #expect(result.sent.blobs == 7)
        #expect(pauses.withLock { $0 } == [1, 2])
    }

    @Test("What the registry says against it is passed on, and not tried again")
    func refused() throws {
        let folder = try TemporaryFolder()
        let artifact = try Artifact(makeBundle(at: folder("a"), size: 10))
        let registry = TestRegistry { request, _ in
            request.method == "POST"
                ? .status(403, body: Array(#"{"errors":[{"code":"DENIED","message":"no"}]}"#.utf8)) : nil
        }
        do {
            _ = try Push(registry.client()).run(artifact, tag: "1.0.0")
            Issue.record("it was taken")
        } catch RegistryError.refused(_, let status, let code, let message) {
            #expect((status, code, message) == (403, "DENIED", "no"))
        }
        #expect(registry.log.filter { $0.hasPrefix("POST") }.count == 1)

        let liar = TestRegistry { request, _ in
            request.method == "PUT" ? .status(201, headers: ["Docker-Content-Digest": Digest.sha256([9]).name]) : nil
        }
        #expect(throws: RegistryError.self) { try Push(liar.client()).run(artifact, tag: "1.0.0") }
        let homeless = TestRegistry { request, _ in request.method == "POST" ? .status(202) : nil }
        #expect(throws: RegistryError.self) { try Push(homeless.client()).run(artifact, tag: "1.0.0") }
    }

    @Test("The configuration has ModelPack's keys and no others, and names every layer")
    func configuration() throws {
        let folder = try TemporaryFolder()
        let artifact = try Artifact(makeBundle(at: folder("a"), size: 10))
        let manifest = try ArtifactManifest(parsing: artifact.manifest, name: "")
        #expect(manifest.artifactType == "application/vnd.cncf.model.manifest.v1+json")
        #expect(manifest.config.mediaType == "application/vnd.cncf.model.config.v1+json")
        #expect(
            manifest.layers.map(\.path) == [
                "model/model.gguf", "golden/recorded.jsonl", "manifest.json", "index.json",
                manifest.layers[4].path, manifest.layers[5].path,
            ])
        #expect(manifest.layers[4...].allSatisfy { $0.path?.hasPrefix("signatures/") ?? false })
        #expect(
            manifest.layers.map(\.mediaType)
                == [
                    "weight", "dataset", "weight.config", "weight.config", "doc", "doc",
                ].map { "application/vnd.cncf.model.\($0).v1.raw" })
        guard case .bytes(let bytes) = artifact.blobs[0].content else { return #expect(Bool(false)) }
        #expect(Digest.sha256(bytes) == manifest.config.sha256)
        let diffs = manifest.layers.map { #""\#($0.digest)""# }.joined(separator: ",")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"config":{"architecture":"transformer","format":"gguf","quantization":"q8_0"},"descriptor":"#
                + #"{"createdAt":"2023-11-14T22:13:20Z","family":"llama","licenses":["Apache-2.0"],"name":"home","#
                + #""version":"1.0.0"},"modelfs":{"diffIds":[\#(diffs)],"type":"layers"}}"#)
    }
}
