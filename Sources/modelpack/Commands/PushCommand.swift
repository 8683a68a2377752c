import ArgumentParser
import Bundles
import Registries

struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Put a bundle into an OCI registry.",
        discussion: """
            The bundle becomes a CNCF ModelPack artifact: its files are layers, the weights plain GGUF, and `pull` makes
            the same bundle of them again, byte for byte. What the registry has already isn't sent. Without a tag the
            artifact gets the bundle's version. Credentials are Docker's: `docker login`, `podman login --authfile`
            or `skopeo login --authfile` write what is read at $DOCKER_CONFIG/config.json or ~/.docker/config.json.

            Examples:
              modelpack push home-1.1.0.modelpack registry.example.com/models/home
              modelpack push home-1.1.0.modelpack localhost:5000/home:stable
            """)

    @Argument(help: "The bundle.", completion: .file())
    var bundle: String

    @Argument(help: "Where it goes: HOST[:PORT]/REPOSITORY[:TAG].")
    var reference: String

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var target = try Reference(parsing: reference)
        guard target.digest == nil else { throw RegistryError.chosenDigest(reference) }
        let opened = try locating(bundle) { try Bundle(path: bundle) }
        let tag = target.tag ?? opened.manifest.version.text
        target.tag = tag
        let progress = ShippingProgress("pushing", common)
        var push = Push(try registry.client(target))
        push.pause = waitForRegistry
        push.progress = progress.show
        let pushed = try push.run(try ModelArtifact(opened), tag: tag)
        common.note("signers: not checked")
        let result = Result(
            reference: target.text, digest: "sha256:" + pushed.digest.hex, name: opened.manifest.name,
            version: opened.manifest.version.text, contentSHA256: opened.contentDigest.hex,
            sentBlobs: pushed.sent.blobs, sentBytes: pushed.sent.bytes, presentBlobs: pushed.present.blobs,
            presentBytes: pushed.present.bytes)
        try common.report(
            result,
            text: "\(target.text): \(opened.manifest.subject), \(result.digest)\n"
                + "  sent \(count(pushed.sent.blobs, "blob")) of \(pushed.sent.bytes) bytes; "
                + "\(pushed.present.blobs) of \(pushed.present.bytes) bytes were there")
    }

    private struct Result: Encodable {
        let reference: String
        let digest: String
        let name: String
        let version: String
        let contentSHA256: String
        let sentBlobs: Int
        let sentBytes: Int
        let presentBlobs: Int
        let presentBytes: Int
        let signers = "not checked"

        enum CodingKeys: String, CodingKey {
            case reference, digest, name, version, signers
            case contentSHA256 = "content_sha256"
            case sentBlobs = "sent_blobs"
            case sentBytes = "sent_bytes"
            case presentBlobs = "present_blobs"
            case presentBytes = "present_bytes"
        }
    }
}
