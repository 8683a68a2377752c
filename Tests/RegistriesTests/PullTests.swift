import Bundles
import Files
import Signatures
import Synchronization
import TestServer
import Testing
import Transport

@testable import Registries

@Suite("A pull gives the bundle that was pushed, or nothing")
struct PullTests {
    private func pull(_ registry: TestRegistry, to path: String) throws -> Pull.Result {
        try Pull(registry.client(), to: path).run()
    }

    private func isSame(_ left: String, _ right: String) throws -> Bool {
        try FileSystem.read(left) == FileSystem.read(right)
    }

    @Test("Byte for byte, with both signatures and an empty member")
    func whole() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"))
        let registry = TestRegistry()
        registry.hold(try Artifact(bundle))
        let result = try pull(registry, to: folder("b"))
        #expect(try isSame(folder("a"), folder("b")))
        #expect(result.bundle.signatures.count == 2)
        #expect(result.bundle.contentDigest == bundle.contentDigest)
        #expect(result.fetched == bundle.index.members.reduce(0) { $0 + $1.size })
        #expect(try FileSystem.list(folder.path) == ["a", "b"])
        #expect(registry.server.requests.allSatisfy { $0.range == nil })
    }

    @Test("What breaks off is gone on with, in ranges")
    func cut() throws {
        let folder = try TemporaryFolder()
        // Each answer breaks off after 1.5 MB.
        let registry = TestRegistry { request, found in
            guard request.method == "GET", found.count > 1_500_000 else { return nil }
            let range = request.range ?? 0..<found.count
            let body = Array(found[range].prefix(1_500_000))
            var headers = ["Content-Length": "\(range.count)"]
            if request.range == nil { return .status(200, headers: headers, body: body) }
            headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(found.count)"
            return .status(206, headers: headers, body: body)
        }
        registry.hold(try Artifact(makeBundle(at: folder("a"))))
        _ = try pull(registry, to: folder("b"))
        #expect(try isSame(folder("a"), folder("b")))
        let ranges = registry.server.requests.compactMap(\.range)
        #expect(ranges == [1 << 20..<3_500_000, 2 << 20..<3_500_000])
    }

    @Test("A run after another that was stopped fetches what is missing, and nothing stands at the name before")
    func resumed() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"))
        let artifact = try Artifact(bundle)
        let broken = Mutex(true)
        let registry = TestRegistry { request, found in
            guard found.count > 3_000_000, broken.withLock({ $0 }) else { return nil }
            // The second chunk never comes.
            guard let range = request.range else {
                return .status(200, headers: ["Content-Length": "3500000"], body: Array(found[..<1_300_000]))
            }
            return .status(range.lowerBound == 1 << 20 ? 503 : 500)
        }
        registry.hold(artifact)
        try FileSystem.replace(folder("b"), with: [1, 2, 3])
        #expect(throws: RegistryError.self) { try pull(registry, to: folder("b")) }
        #expect(try FileSystem.read(folder("b")) == [1, 2, 3])
        #expect(FileSystem.exists(folder("b.partial")))

        broken.withLock { $0 = false }
        let result = try pull(registry, to: folder("b"))
        #expect(result.fetched == bundle.index.members.reduce(0) { $0 + $1.size } - 1 << 20)
        #expect(registry.server.requests.compactMap(\.range).last == 1 << 20..<3_500_000)
        #expect(try isSame(folder("a"), folder("b")))
        #expect(!FileSystem.exists(folder("b.partial")))
    }

    @Test("A registry without ranges sends the whole blob again")
    func withoutRanges() throws {
        let folder = try TemporaryFolder()
        let isFirst = Mutex(true)
        let registry = TestRegistry { _, found in
            guard found.count > 3_000_000 else { return nil }
            let isFirst = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            return .status(
                200, headers: ["Content-Length": "3500000"], body: isFirst ? Array(found[..<1_300_000]) : found)
        }
        registry.hold(try Artifact(makeBundle(at: folder("a"))))
        _ = try pull(registry, to: folder("b"))
        #expect(try isSame(folder("a"), folder("b")))
        #expect(registry.server.requests.filter { $0.range != nil }.count == 1)
    }

    @Test("Bytes that stay wrong are an error, and no bundle")
    func flipped() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"))
        let registry = TestRegistry { request, found in
            guard found.count > 3_000_000 else { return nil }
            var found = found
            found[2_000_000] ^= 1
            return .file(found, request)
        }
        registry.hold(try Artifact(bundle))
        do {
            _ = try pull(registry, to: folder("b"))
            Issue.record("it was taken")
        } catch RegistryError.damaged(_, let expected, _) {
            #expect(expected == bundle.index[BundlePath.weights]?.sha256)
        }
        #expect(!FileSystem.exists(folder("b")))
        #expect(registry.server.requests.compactMap(\.range) == Array(repeating: 1 << 20..<2 << 20, count: 3))
    }

    @Test("Documents are checked by their digests, and a manifest by the digest that was asked for")
    func documents() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"), size: 100)
        let artifact = try Artifact(bundle)
        let registry = TestRegistry { _, found in
            guard found == (try? bundle.index.encoded()) else { return nil }
            return .status(200, body: found.dropLast() + [0x20])
        }
        registry.hold(artifact)
        do {
            _ = try pull(registry, to: folder("b"))
            Issue.record("it was taken")
        } catch RegistryError.damaged(_, let expected, _) {
            #expect(expected == bundle.contentDigest)
        }
        #expect(try FileSystem.list(folder.path) == ["a"])

        let client = try registry.client()
        let other = Digest.sha256([1])
        let named = try RegistryClient(
            Reference(parsing: "\(client.reference.host)/models/home@\(other.name)"), isPlain: false, credentials: .none
        )
        #expect(throws: RegistryError.noSuchArtifact(named.reference.text)) { try named.manifest() }
        let liar = TestRegistry { request, _ in
            request.path.contains("/manifests/") ? .status(200, body: artifact.manifest) : nil
        }
        let port = liar.server.address.dropFirst("http://127.0.0.1:".count).dropLast()
        let asked = try RegistryClient(
            Reference(parsing: "127.0.0.1:\(port)/home@\(other.name)"), isPlain: false, credentials: .none)
        do {
            _ = try asked.manifest()
            Issue.record("it was taken")
        } catch RegistryError.damaged(_, other, let found) {
            #expect(found == Digest.sha256(artifact.manifest).name)
        }
    }

    @Test("Manifests that aren't a bundle's are refused before a blob is asked for")
    func manifests() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"), size: 100)
        let artifact = try Artifact(bundle)
        let good = try ArtifactManifest(parsing: artifact.manifest, name: "")
        func error(_ change: (inout ArtifactManifest) -> Void) throws -> any Error {
            var manifest = good
            change(&manifest)
            let registry = TestRegistry()
            registry.hold(artifact, manifest: try manifest.encoded())
            do {
                _ = try pull(registry, to: folder("b"))
            } catch {
                #expect(try FileSystem.list(folder.path) == ["a"])
                return error
            }
            throw RegistryError.malformedManifest("it was taken")
        }
        func layer(_ path: String) -> Descriptor {
            Descriptor(mediaType: Artifact.mediaType(of: path), digest: .sha256([]), size: 0, path: path)
        }
        #expect(try error { $0.artifactType = "application/x" } is RegistryError)
        #expect(try error { $0.schemaVersion = 1 } is RegistryError)
        #expect(try error { $0.layers.removeFirst() } as? BundleError == .missing(path: BundlePath.weights))
        #expect(
            try error { $0.layers.removeAll { $0.path == "index.json" } } as? BundleError
                == .missing(path: "index.json"))
        #expect(try error { $0.layers.append(layer("extra")) } as? BundleError == .undeclared(path: "extra"))
        #expect(try error { $0.layers.append(layer("../up")) } as? BundleError == .undeclared(path: "../up"))
        #expect(
            try error { $0.layers.append($0.layers[0]) } as? RegistryError == .layerDisagrees(path: BundlePath.weights))
        #expect(
            try error { $0.layers[0] = layer(BundlePath.weights) } as? RegistryError
                == .layerDisagrees(path: BundlePath.weights))
        #expect(
            try error { $0.layers.append(layer("signatures/x.sig")) } is BundleError, "an empty signature is none")
    }

    @Test("An index that isn't true to itself leaves nothing")
    func lyingIndex() throws {
        let folder = try TemporaryFolder()
        let bundle = try makeBundle(at: folder("a"), size: 100)
        // The weights' chunk is that of other bytes than their digest.
        let members = bundle.index.members.map { member in
            guard member.path == BundlePath.weights else { return member }
            return Index.Member(
                path: member.path, size: member.size, offset: member.offset, sha256: member.sha256,
                chunks: [.sha256([UInt8](repeating: 1, count: 100))])
        }
        let index = try Index(members: members, time: bundle.index.time).encoded()
        let artifact = try Artifact(bundle)
        var manifest = try ArtifactManifest(parsing: artifact.manifest, name: "")
        manifest.layers.removeAll { $0.path?.hasPrefix("signatures/") ?? false || $0.path == "index.json" }
        manifest.layers.append(
            Descriptor(
                mediaType: Artifact.mediaType(of: "index.json"), digest: .sha256(index), size: index.count,
                path: "index.json"))
        let weights = bundle.index[BundlePath.weights]?.sha256.name ?? ""
        let registry = TestRegistry { request, _ in
            if request.path.hasSuffix(Digest.sha256(index).name) { return .status(200, body: index) }
            // The bytes that the index's chunk is of, under the digest of others.
            return request.path.hasSuffix(weights) ? .status(200, body: [UInt8](repeating: 1, count: 100)) : nil
        }
        registry.hold(artifact, manifest: try manifest.encoded())
        #expect(throws: BundleError.self) { try pull(registry, to: folder("b")) }
        #expect(try FileSystem.list(folder.path) == ["a"])
    }
}
