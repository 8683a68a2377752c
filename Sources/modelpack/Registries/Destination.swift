import ArgumentParser
import Buckets
import Publishing
import Registries

/// Where a repository is pushed to, for devices to follow it there.
enum Destination {
    case registry(RegistryClient)
    case bucket(BucketClient)

    /// Finds what can be wrong before anything is asked: names, credentials, files.
    init(_ text: String, _ options: RegistryOptions) throws {
        if text.hasPrefix(BucketAddress.scheme) {
            self = .bucket(try options.client(BucketAddress(parsing: text)))
            return
        }
        let reference = try Reference(parsing: text)
        guard reference.digest == nil else { throw RegistryError.chosenDigest(text) }
        guard reference.tag != nil else { throw RegistryError.noTag(text) }
        self = .registry(try options.client(reference))
    }

    /// Sends what isn't there yet, while nobody changes the repository. `isDeleting` is for buckets.
    func push(repository folder: String, isDeleting: Bool = false, _ common: CommonOptions) throws -> PushReport {
        guard Artifact.isRepository(folder) else { throw PublishingError.noRepository(path: folder) }
        let lock = try RepositoryFolder(folder).lock()
        defer { _ = lock }
        let progress = Progress("pushing", common)
        switch self {
        case .registry(let client):
            let artifact = try Artifact(repository: folder)
            return try PushReport(artifact, of: folder, to: client, as: client.reference.tag ?? "", progress)
        case .bucket(let client):
            var mirror = BucketMirror(client)
            mirror.isDeleting = isDeleting
            mirror.progress = progress.show
            return PushReport(try mirror.run(folder), of: folder, to: client.address)
        }
    }
}
