import Bundles
import Files
import Signatures
import Transport

/// Puts an artifact into a repository: what it has already isn't sent again.
package struct Push {
    package let client: RegistryClient
    /// Called before what failed on the way is tried again, with how often it has failed.
    package var pause: (_ failures: Int) -> Void = { _ in }
    package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(_ client: RegistryClient) { self.client = client }

    package struct Result: Sendable {
        package let digest: Digest
        /// Blobs, and their bytes, that were there, and that were sent.
        package var present = (blobs: 0, bytes: 0)
        package var sent = (blobs: 0, bytes: 0)
    }

    /// The manifest goes last: a name never leads to an artifact that lacks something.
    package func run(_ artifact: Artifact, tag: String) throws -> Result {
        var result = Result(digest: .sha256(artifact.manifest))
        var seen: Set<Digest> = []
        let blobs = artifact.blobs.filter { seen.insert($0.digest).inserted }
        let total = blobs.reduce(0) { $0 + $1.body.count }
        for blob in blobs {
            let isPresent = try persisting(pause) { () throws in
                if try client.has(blob.digest) { return true }
                try client.upload(blob.body, blob.digest)
                return false
            }
            if isPresent {
                result.present = (result.present.blobs + 1, result.present.bytes + blob.body.count)
            } else {
                result.sent = (result.sent.blobs + 1, result.sent.bytes + blob.body.count)
            }
            progress(result.present.bytes + result.sent.bytes, total)
        }
        try persisting(pause) { try client.put(manifest: artifact.manifest, as: tag) }
        return result
    }
}

extension Artifact.Blob {
    fileprivate var body: HTTPBody {
        switch content {
        case .bytes(let bytes): .bytes(bytes)
        case .file(let file, let range): .file(file, range)
        }
    }
}

/// Does what may fail for a moment, up to three times.
func persisting<Value>(_ pause: (_ failures: Int) -> Void, _ body: () throws -> Value) throws -> Value {
    for failures in 1...2 {
        do { return try body() } catch let error where isTransient(error) { pause(failures) }
    }
    return try body()
}

/// Whether the same may well succeed a little later.
func isTransient(_ error: any Error) -> Bool {
    switch error {
    case let error as TransportError: error.isTransient
    case RegistryError.refused(_, let status, _, _): status >= 500 || status == 429
    default: false
    }
}
