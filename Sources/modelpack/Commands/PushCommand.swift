import ArgumentParser
import Buckets
import Bundles
import Registries

struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Put a bundle into an OCI registry, or a whole repository into a registry or a bucket.",
        discussion: """
            A bundle becomes a CNCF ModelPack artifact: its files are layers, the weights plain GGUF, and `pull` makes \
            the same bundle of them again, byte for byte. Without a tag the artifact gets the bundle's version.

            A repository becomes an artifact that devices follow in place of a web server, at oci://REFERENCE; or its \
            files become objects of a bucket, which serves them as a web server does.

            What is there already isn't sent. Credentials for registries are Docker's: what `docker login` or `skopeo \
            login --authfile` write is read at $DOCKER_CONFIG/config.json or ~/.docker/config.json. Those for buckets \
            are Amazon's: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_PROFILE in \
            ~/.aws/credentials; AWS_REGION, and AWS_ENDPOINT_URL for the service of somebody else.

            Examples:
              modelpack push home-1.1.0.modelpack registry.example.com/models/home
              modelpack push home-1.1.0.modelpack localhost:5000/home:stable
              modelpack push repository registry.example.com/models/fleet:live
              modelpack push repository s3://example-models/fleet
            """)

    @Argument(help: "The bundle, or the repository's folder.", completion: .file())
    var bundle: String

    @Argument(help: "Where it goes: HOST[:PORT]/REPOSITORY[:TAG], or s3://BUCKET[/PREFIX] for a repository.")
    var reference: String

    @Flag(help: "Delete from the bucket what the repository doesn't have any more.")
    var delete = false

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if delete, !reference.hasPrefix(BucketAddress.scheme) {
            throw ValidationError("--delete is for buckets; registries collect by themselves what no tag leads to")
        }
    }

    func run() throws {
        let report = try push()
        try common.report(report, text: report.text)
    }

    private func push() throws -> PushReport {
        if reference.hasPrefix(BucketAddress.scheme) || Artifact.isRepository(bundle) {
            return try Destination(reference, registry).push(repository: bundle, isDeleting: delete, common)
        }
        let target = try Reference(parsing: reference)
        guard target.digest == nil else { throw RegistryError.chosenDigest(reference) }
        let opened = try locating(bundle) { try Bundle(path: bundle) }
        let tag = target.tag ?? opened.manifest.version.text
        let report = try PushReport(
            Artifact(opened), of: opened.manifest.subject, to: try registry.client(target), as: tag,
            Progress("pushing", common))
        common.note("signers: not checked")
        return report.about(opened)
    }
}
