import ArgumentParser
import Bundles
import Registries

struct PullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a bundle from an OCI registry.",
        discussion: """
            Gives the bundle that was pushed, byte for byte. It is put together beside its place, in BUNDLE.partial, \
            and appears there once every byte is what the index says; run the command again to go on after a stop. Who \
            signed it is not asked: `verify` is for that, and a device's `update --from` asks by itself.

            Examples:
              modelpack pull registry.example.com/models/home:1.1.0 home-1.1.0.modelpack
              modelpack verify home-1.1.0.modelpack --policy policy.yaml
            """)

    @Argument(help: "Where it is: HOST[:PORT]/REPOSITORY and :TAG or @sha256:DIGEST.")
    var reference: String

    @Argument(help: "The bundle to write; one that is there is replaced.", completion: .file())
    var bundle: String

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let source = try Reference(parsing: reference)
        guard source.tag != nil || source.digest != nil else { throw RegistryError.noTag(reference) }
        let progress = Progress("pulling", common)
        var pull = Pull(try registry.client(source), to: bundle)
        pull.pause = waitForRegistry
        pull.progress = progress.show
        let pulled = try locating(source.text) { try pull.run() }
        let opened = pulled.bundle
        common.note("signers: not checked")
        let result = Result(
            path: bundle, digest: "sha256:" + pulled.digest.hex, name: opened.manifest.name,
            version: opened.manifest.version.text, contentSHA256: opened.contentDigest.hex, size: pulled.size,
            fetchedBytes: pulled.fetched)
        try common.report(
            result,
            text:
                "\(bundle): \(opened.manifest.subject), \(readable(pulled.size)), \(readable(pulled.fetched)) of it fetched"
        )
    }

    private struct Result: Encodable {
        let path: String
        let digest: String
        let name: String
        let version: String
        let contentSHA256: String
        let size: Int
        let fetchedBytes: Int
        let signers = "not checked"

        enum CodingKeys: String, CodingKey {
            case path, digest, name, version, size, signers
            case contentSHA256 = "content_sha256"
            case fetchedBytes = "fetched_bytes"
        }
    }
}
