import FoundationEssentials
import Transport

extension RegistryClient {
    /// The `Authorization` header that a registry's challenges ask for.
    ///
    /// Bearer tokens come from the address that the challenge names (distribution's token authentication
    /// specification); where that is, is the registry's word, over the same secure connection.
    func answer(to challenges: [Challenge]) throws -> String {
        let credential = try credential()
        if case .registryToken(let token) = credential { return "Bearer " + token }
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            return "Bearer " + (try token(for: challenge, credential))
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            let schemes = challenges.map(\.scheme).joined(separator: ", ")
            throw RegistryError.unknownChallenge(host: reference.host, challenge: schemes)
        }
        guard case .password(let user, let password) = credential else {
            throw RegistryError.unauthorized(host: reference.host, isKnown: false)
        }
        return Self.basic(user, password)
    }

    private static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    private func token(for challenge: Challenge, _ credential: Credential?) throws -> String {
        guard let realm = challenge.parameters["realm"] else {
            throw RegistryError.unknownChallenge(host: reference.host, challenge: "bearer without a realm")
        }
        guard realm.hasPrefix("https://") || !isSecure && realm.hasPrefix("http://") else {
            throw RegistryError.insecureAddress(host: reference.host, address: realm)
        }
        var fields: [(String, String)] = []
        if let service = challenge.parameters["service"] { fields.append(("service", service)) }
        for scope in (challenge.parameters["scope"] ?? "").split(separator: " ") {
            fields.append(("scope", String(scope)))
        }

        var request = HTTPRequest("GET", realm)
        if case .identityToken(let token) = credential {
            fields += [("grant_type", "refresh_token"), ("client_id", "modelpack"), ("refresh_token", token)]
            request.method = "POST"
            request.headers = ["Content-Type: application/x-www-form-urlencoded"]
            request.body = .bytes(Array(Self.form(fields).utf8))
        } else {
            if case .password(let user, let password) = credential {
                request.headers = ["Authorization: " + Self.basic(user, password)]
            }
            if !fields.isEmpty { request.address += (realm.contains("?") ? "&" : "?") + Self.form(fields) }
        }
        request.redirects = 0
        return try token(from: request, realm, isKnown: credential != nil)
    }

    private func token(from request: HTTPRequest, _ realm: String, isKnown: Bool) throws -> String {
        struct Answer: Decodable {
            let token: String?
            let access_token: String?
        }
        let (response, body) = try client.exchange(request, limit: Self.answerLimit)
        if response.status == 401 || response.status == 403 {
            throw RegistryError.unauthorized(host: reference.host, isKnown: isKnown)
        }
        guard response.isSuccess else { throw response.refusal(of: realm) }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body))
        guard let token = answer?.token ?? answer?.access_token, !token.isEmpty,
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw RegistryError.unexpected(address: realm, what: "no token") }
        return token
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0)=\(urlComponent($1))" }.joined(separator: "&")
    }
}
