import Signatures
import Transport

extension RegistryClient {
    /// Whether the repository has the blob.
    func has(_ digest: Digest) throws -> Bool {
        let address = address("blobs/\(digest.name)")
        let response = try exchange(HTTPRequest("HEAD", address), limit: .max)
        switch response.status {
        case 200: return true
        case 404: return false
        default: throw response.refusal(of: address)
        }
    }

    /// Uploads a blob: an address is asked for, and the bytes are put there, whole ("POST then PUT").
    func upload(_ body: HTTPBody, _ digest: Digest) throws {
        var request = HTTPRequest("POST", address("blobs/uploads/"))
        let offer = try exchange(request)
        guard offer.status == 202 else { throw offer.refusal(of: request.address) }
        guard let location = offer["location"].flatMap(absolute) else {
            throw RegistryError.unexpected(address: request.address, what: "no place to upload to")
        }
        request = HTTPRequest(
            "PUT", location + (location.contains("?") ? "&" : "?") + "digest=" + urlComponent(digest.name))
        request.headers = ["Content-Type: application/octet-stream"]
        request.body = body
        let response = try exchange(request)
        guard response.status == 201 else { throw response.refusal(of: location) }
        try check(response, location, digest)
    }

    /// Gives an artifact its name; what it consists of must be there.
    func put(manifest: [UInt8], as name: String) throws {
        var request = HTTPRequest("PUT", address("manifests/" + name))
        request.headers = ["Content-Type: " + ArtifactManifest.mediaType]
        request.body = .bytes(manifest)
        let response = try exchange(request)
        guard response.status == 201 else { throw response.refusal(of: request.address) }
        try check(response, request.address, .sha256(manifest))
    }

    /// What the registry says it has got must be what was sent.
    private func check(_ response: HTTPResponse, _ address: String, _ digest: Digest) throws(RegistryError) {
        guard let found = response["docker-content-digest"], found.hasPrefix("sha256:"), found != digest.name else {
            return
        }
        throw .damaged(address: address, expected: digest, found: found)
    }

    private func absolute(_ location: String) -> String? {
        if location.hasPrefix("/"), !location.hasPrefix("//") { return base + location }
        return location.hasPrefix("https://") || location.hasPrefix("http://") ? location : nil
    }
}
