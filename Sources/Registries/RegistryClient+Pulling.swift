import Signatures
import Transport

extension RegistryClient {
    /// The manifest that the reference names, and its digest.
    package func manifest() throws -> (ArtifactManifest, Digest) {
        guard let name = reference.digest?.name ?? reference.tag else { throw RegistryError.noTag(reference.text) }
        var request = HTTPRequest("GET", address("manifests/" + name))
        request.headers = ["Accept: " + ArtifactManifest.mediaType]
        var bytes: [UInt8] = []
        let response = try exchange(request, limit: ArtifactManifest.limit) { piece in
            // Read within the call only.
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        if response.status == 404 { throw RegistryError.noSuchArtifact(reference.text) }
        guard response.status == 200 else { throw response.refusal(of: request.address) }
        let digest = Digest.sha256(bytes)
        if let expected = reference.digest, expected != digest {
            throw RegistryError.damaged(address: request.address, expected: expected, found: digest.name)
        }
        return (try ArtifactManifest(parsing: bytes, name: reference.text), digest)
    }

    /// Gives a blob's bytes, or a part of them, to `sink`; whether they are right is for the caller to check.
    func fetch(_ blob: Descriptor, range: Range<Int>? = nil, into sink: (RawSpan) throws -> Void) throws {
        var request = HTTPRequest("GET", address("blobs/\(blob.digest)"))
        request.range = range
        let response = try exchange(request, limit: range?.count ?? blob.size, into: sink)
        guard response.status == 200 || response.status == 206 else { throw response.refusal(of: request.address) }
    }

    /// A small blob, checked.
    func bytes(of blob: Descriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blob.size)
        try fetch(blob) { piece in
            // Read within the call only.
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        let digest = Digest.sha256(bytes)
        guard let expected = blob.sha256, digest == expected, bytes.count == blob.size else {
            throw RegistryError.damaged(
                address: address("blobs/\(blob.digest)"), expected: blob.sha256 ?? digest, found: digest.name)
        }
        return bytes
    }
}
