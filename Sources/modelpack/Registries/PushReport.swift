import Buckets
import Bundles
import Registries

/// What a push has done. Files in a bucket count as blobs do in a registry.
struct PushReport: Encodable {
    let reference: String
    private let what: String
    private var digest: String?
    private var name: String?
    private var version: String?
    private var contentSHA256: String?
    private var signers: String?
    private let sentBlobs: Int
    private let sentBytes: Int
    private let presentBlobs: Int
    private let presentBytes: Int
    private var deletedBlobs: Int?

    enum CodingKeys: String, CodingKey {
        case reference, digest, name, version, signers
        case contentSHA256 = "content_sha256"
        case sentBlobs = "sent_blobs"
        case sentBytes = "sent_bytes"
        case presentBlobs = "present_blobs"
        case presentBytes = "present_bytes"
        case deletedBlobs = "deleted_blobs"
    }

    /// Pushes to a registry; `what` is a bundle's name or a repository's folder.
    init(
        _ artifact: Artifact, of what: String, to client: RegistryClient, as tag: String, _ progress: Progress
    ) throws {
        var push = Push(client)
        push.pause = waitForRegistry
        push.progress = progress.show
        let pushed = try push.run(artifact, tag: tag)
        var reference = client.reference
        reference.tag = tag
        (self.reference, self.what, digest) = (reference.text, what, "sha256:" + pushed.digest.hex)
        (sentBlobs, sentBytes) = pushed.sent
        (presentBlobs, presentBytes) = pushed.present
    }

    init(_ mirrored: BucketMirror.Result, of folder: String, to address: BucketAddress) {
        (reference, what) = (address.text, folder)
        (sentBlobs, sentBytes) = (mirrored.sent.objects, mirrored.sent.bytes)
        (presentBlobs, presentBytes) = (mirrored.present.objects, mirrored.present.bytes)
        deletedBlobs = mirrored.deleted
    }

    /// The same, with what a bundle says of itself.
    func about(_ bundle: Bundle) -> PushReport {
        var report = self
        report.name = bundle.manifest.name
        report.version = bundle.manifest.version.text
        report.contentSHA256 = bundle.contentDigest.hex
        report.signers = "not checked"
        return report
    }

    var text: String {
        let noun = digest == nil ? "file" : "blob"
        return "\(reference): \(what)\(digest.map { ", " + $0 } ?? "")\n"
            + "  sent \(count(sentBlobs, noun)), \(readable(sentBytes)); "
            + "\(count(presentBlobs, noun)), \(readable(presentBytes)) were there already"
            + (deletedBlobs.map { $0 == 0 ? "" : "; \($0) deleted" } ?? "")
    }
}
