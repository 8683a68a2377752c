import FoundationEssentials

/// What proves to a registry who this is.
package enum Credential: Hashable, Sendable {
    case password(user: String, password: String)
    /// Long-lived, and changed into tokens for each use.
    case identityToken(String)
    /// Sent as it is.
    case registryToken(String)
}

/// Docker's configuration, as far as it says how to get credentials: `auths`, `credHelpers` and `credsStore` of
/// `config.json`.
package struct Credentials: Sendable {
    /// Runs a helper with the registry's name on its standard input; nil where it knows nothing of that registry.
    package typealias Helper = @Sendable (_ program: String, _ input: String) throws -> [UInt8]?

    private let settings: Settings
    private let path: String
    private let helper: Helper

    private struct Settings: Decodable {
        var auths: [String: Entry]?
        var credHelpers: [String: String]?
        var credsStore: String?

        struct Entry: Decodable {
            var auth: String?
            var username: String?
            var password: String?
            var identitytoken: String?
            var registrytoken: String?
        }
    }

    private struct Answer: Decodable {
        let Username: String
        let Secret: String
    }

    /// Nobody: for registries that ask nobody.
    package static let none = Credentials(settings: Settings(), path: "", helper: { _, _ in nil })

    private init(settings: Settings, path: String, helper: @escaping Helper) {
        self.settings = settings
        self.path = path
        self.helper = helper
    }

    /// Reads `config.json`; `path` is for errors.
    package init(parsing bytes: [UInt8], path: String, helper: @escaping Helper) throws(RegistryError) {
        guard let settings = try? JSONDecoder().decode(Settings.self, from: Data(bytes)) else {
            throw .malformedCredentials(path: path)
        }
        self.init(settings: settings, path: path, helper: helper)
    }

    /// The credential for a repository of a registry, where logins name one, the nearest; nil where none is known.
    package func credential(for host: String, _ repository: String = "") throws -> Credential? {
        // Docker Hub is known by an address of its own.
        let name = host == "docker.io" ? "https://index.docker.io/v1/" : host
        let program = settings.credHelpers?[name] ?? settings.credHelpers?[host] ?? settings.credsStore
        if let program, !program.isEmpty, let answer = try ask(program, of: name) { return answer }
        let auths = settings.auths ?? [:]
        // `host/team/model`, `host/team`, `host`; then the forms with a scheme.
        var place = "\(host)/\(repository)"[...]
        while let slash = place.lastIndex(of: "/") {
            if let entry = auths[String(place)], let credential = try credential(in: entry) { return credential }
            place = place[..<slash]
        }
        let addresses = auths.keys.filter { $0.contains("://") && Self.host(of: $0) == host }.sorted()
        for key in [name, host] + addresses {
            if let entry = auths[key], let credential = try credential(in: entry) { return credential }
        }
        return nil
    }

    private func ask(_ program: String, of name: String) throws -> Credential? {
        let program = "docker-credential-" + program
        guard let bytes = try helper(program, name) else { return nil }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)) else {
            throw RegistryError.helperFailed(program: program, reason: "its answer is no credential")
        }
        if answer.Username == "<token>" { return .identityToken(answer.Secret) }
        return .password(user: answer.Username, password: answer.Secret)
    }

    private func credential(in entry: Settings.Entry) throws(RegistryError) -> Credential? {
        if let token = entry.registrytoken, !token.isEmpty { return .registryToken(token) }
        if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
        if let auth = entry.auth, !auth.isEmpty {
            guard let data = Data(base64Encoded: auth), let text = String(validating: data, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { throw .malformedCredentials(path: path) }
            let password = text[text.index(after: colon)...].filter { $0 != "\0" }
            return .password(user: String(text[..<colon]), password: String(password))
        }
        guard let user = entry.username, let password = entry.password, !user.isEmpty else { return nil }
        return .password(user: user, password: password)
    }

    /// The host in a key: some tools write `https://host/v1/`.
    private static func host(of key: String) -> String {
        var name = key[...]
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) { name = name.dropFirst(scheme.count) }
        return String(name.prefix { $0 != "/" })
    }
}
