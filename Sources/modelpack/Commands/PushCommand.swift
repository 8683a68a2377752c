import ArgumentParser
import Bundles
import Publishing
import Registries

struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Put a bundle, or a whole repository, into an OCI registry.",
        discussion: """
            A bundle becomes a CNCF ModelPack artifact: its files are layers, the weights plain GGUF, and `pull` makes
            the same bundle of them again, byte for byte. Without a tag the artifact gets the bundle's version.

            A repository becomes an artifact that devices follow in place of a web server, at oci://REFERENCE.

            What the registry has already isn't sent. Credentials are Docker's: what `docker login` or
            `skopeo login --authfile` write is read at $DOCKER_CONFIG/config.json or ~/.docker/config.json.

            Examples:
              modelpack push home-1.1.0.modelpack registry.example.com/models/home
              modelpack push home-1.1.0.modelpack localhost:5000/home:stable
              modelpack push repository registry.example.com/models/fleet:live
            """)

    @Argument(help: "The bundle, or the repository's folder.", completion: .file())
    var bundle: String

    @Argument(help: "Where it goes: HOST[:PORT]/REPOSITORY[:TAG].")
    var reference: String

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let target = try Reference(parsing: reference)
        guard target.digest == nil else { throw RegistryError.chosenDigest(reference) }
        if Artifact.isRepository(bundle) {
            let lock = try RepositoryFolder(bundle).lock()
            defer { _ = lock }
            guard let tag = target.tag else { throw RegistryError.noTag(reference) }
            let pushed = try push(Artifact(repository: bundle), to: target, as: tag)
            return try common.report(Result(pushed, target), text: "\(target.text): \(bundle), \(pushed.text)")
        }
        let opened = try locating(bundle) { try Bundle(path: bundle) }
        var named = target
        named.tag = target.tag ?? opened.manifest.version.text
        let pushed = try push(Artifact(opened), to: named, as: named.tag ?? "")
        common.note("signers: not checked")
        try common.report(
            Result(pushed, named, opened), text: "\(named.text): \(opened.manifest.subject), \(pushed.text)")
    }

    private func push(_ artifact: Artifact, to target: Reference, as tag: String) throws -> Push.Result {
        var push = Push(try registry.client(target))
        push.pause = waitForRegistry
        push.progress = Progress("pushing", common).show
        return try push.run(artifact, tag: tag)
    }

    private struct Result: Encodable {
        let reference: String
        let digest: String
        let name: String?
        let version: String?
        let contentSHA256: String?
        let signers: String?
        let sentBlobs: Int
        let sentBytes: Int
        let presentBlobs: Int
        let presentBytes: Int

        enum CodingKeys: String, CodingKey {
            case reference, digest, name, version, signers
            case contentSHA256 = "content_sha256"
            case sentBlobs = "sent_blobs"
            case sentBytes = "sent_bytes"
            case presentBlobs = "present_blobs"
            case presentBytes = "present_bytes"
        }

        init(_ pushed: Push.Result, _ target: Reference, _ bundle: Bundle? = nil) {
            reference = target.text
            digest = "sha256:" + pushed.digest.hex
            name = bundle?.manifest.name
            version = bundle?.manifest.version.text
            contentSHA256 = bundle?.contentDigest.hex
            signers = bundle.map { _ in "not checked" }
            (sentBlobs, sentBytes) = pushed.sent
            (presentBlobs, presentBytes) = pushed.present
        }
    }
}

extension Push.Result {
    fileprivate var text: String {
        "sha256:\(digest.hex)\n  sent \(count(sent.blobs, "blob")), \(readable(sent.bytes)); "
            + "\(count(present.blobs, "blob")), \(readable(present.bytes)) were there already"
    }
}
