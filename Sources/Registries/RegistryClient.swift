import FoundationEssentials
import Signatures
import Synchronization
import Transport

/// One repository of a registry, spoken to as the OCI distribution specification says.
///
/// Asks without a name first, and shows who it is when the registry wants to know.
package final class RegistryClient: Sendable {
    package let reference: Reference
    package let client: HTTPClient
    let credentials: Credentials
    /// `https://HOST`
    let base: String
    /// The header that the registry accepted last.
    private let authorization = Mutex<String?>(nil)

    /// What answers may have that are no blobs.
    static let answerLimit = 1 << 20

    /// `isPlain`: over http, as registries on this machine always are.
    package init(
        _ reference: Reference, isPlain: Bool, credentials: Credentials, options: HTTPOptions = HTTPOptions()
    ) throws(TransportError) {
        self.reference = reference
        self.credentials = credentials
        let host = reference.host == "docker.io" ? "registry-1.docker.io" : reference.host
        base = (isPlain || reference.isLocal ? "http://" : "https://") + host
        client = try HTTPClient(options: options)
    }

    private init(_ other: RegistryClient) throws(TransportError) {
        (reference, credentials, base) = (other.reference, other.credentials, other.base)
        client = try HTTPClient(options: other.client.options)
        authorization.withLock { [header = other.authorization.withLock { $0 }] in $0 = header }
    }

    /// Another connection to the same repository.
    func another() throws(TransportError) -> RegistryClient { try RegistryClient(self) }

    /// The address of a part of the repository, as `blobs/sha256:…`.
    func address(_ path: String) -> String { "\(base)/v2/\(reference.repository)/\(path)" }

    var isSecure: Bool { base.hasPrefix("https://") }

    /// The registry's answer, whatever it is but "who are you?".
    func exchange(
        _ request: HTTPRequest, limit: Int = answerLimit, into sink: (RawSpan) throws -> Void = { _ in }
    ) throws -> HTTPResponse {
        guard request.address.hasPrefix(base + "/") else {
            // Somebody else's server, which the registry sends uploads to: that address is all that it needs.
            if isSecure, !request.address.hasPrefix("https://") {
                throw RegistryError.insecureAddress(host: reference.host, address: request.address)
            }
            return try client.exchange(request, limit: limit, into: sink)
        }
        let response = try client.exchange(authorized(request), limit: limit, into: sink)
        // Only the registry itself may ask who this is, not where it leads to.
        guard response.status == 401, !response.wasRedirected else { return response }
        let header = try answer(to: response.values("www-authenticate").flatMap(Challenge.all))
        authorization.withLock { $0 = header }
        let second = try client.exchange(authorized(request), limit: limit, into: sink)
        guard second.status != 401 else {
            throw RegistryError.unauthorized(host: reference.host, isKnown: try credential() != nil)
        }
        return second
    }

    /// What is known of this registry; nil for nothing.
    func credential() throws -> Credential? {
        try credentials.credential(for: reference.host, reference.repository)
    }

    private func authorized(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        if let header = authorization.withLock({ $0 }) { request.headers.append("Authorization: " + header) }
        return request
    }
}

extension HTTPResponse {
    /// What the registry says against a request (distribution specification, error codes).
    func refusal(of address: String) -> RegistryError {
        struct Answer: Decodable {
            let errors: [Problem]

            struct Problem: Decodable {
                let code: String
                let message: String?
            }
        }
        let first = (try? JSONDecoder().decode(Answer.self, from: Data(explanation)))?.errors.first
        return .refused(address: address, status: status, code: first?.code ?? "", message: first?.message ?? "")
    }
}
