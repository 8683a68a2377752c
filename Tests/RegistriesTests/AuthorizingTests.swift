import FoundationEssentials
import Synchronization
import TestServer
import Testing
import Transport

@testable import Registries

@Suite("A registry learns who this is when it asks, and nobody else does")
struct AuthorizingTests {
    private func credentials(_ entry: String, for registry: MisbehavingServer) throws -> Credentials {
        let host = registry.address.dropFirst("http://".count).dropLast()
        return try Credentials(
            parsing: Array(#"{"auths": {"\#(host)": \#(entry)}}"#.utf8), path: "", helper: { _, _ in nil })
    }

    private func client(_ server: MisbehavingServer, _ credentials: Credentials) throws -> RegistryClient {
        let host = server.address.dropFirst("http://".count).dropLast()
        return try RegistryClient(
            Reference(parsing: host + "/models/home:1.0.0"), isPlain: false, credentials: credentials)
    }

    private static let basic = "Basic " + Data("ann:secret".utf8).base64EncodedString()
    private static let password = #"{"auth": "\#(Data("ann:secret".utf8).base64EncodedString())"}"#

    @Test("Basic: after the first question, with every request")
    func basic() throws {
        let server = MisbehavingServer { request in
            request.headers["authorization"] == Self.basic
                ? .status(404) : .status(401, headers: ["WWW-Authenticate": #"Basic realm="r""#])
        }
        let client = try client(server, credentials(Self.password, for: server))
        #expect(try !client.has(.sha256([])))
        #expect(try !client.has(.sha256([1])))
        #expect(server.requests.map { $0.headers["authorization"] } == [nil, Self.basic, Self.basic])
    }

    @Test("Without credentials, with wrong ones, or in a way that isn't known: one error each")
    func refused() throws {
        let server = MisbehavingServer { _ in .status(401, headers: ["WWW-Authenticate": "Basic"]) }
        let host = String(server.address.dropFirst("http://".count).dropLast())
        #expect(throws: RegistryError.unauthorized(host: host, isKnown: false)) {
            try client(server, .none).has(.sha256([]))
        }
        let known = try credentials(Self.password, for: server)
        #expect(throws: RegistryError.unauthorized(host: host, isKnown: true)) {
            try client(server, known).has(.sha256([]))
        }
        #expect(server.requests.count == 3)
        let odd = MisbehavingServer { _ in .status(401, headers: ["WWW-Authenticate": "Negotiate"]) }
        #expect(throws: RegistryError.self) { try client(odd, credentials(Self.password, for: odd)).has(.sha256([])) }
    }

    @Test("Who stands where a redirect leads may not ask")
    func redirected() throws {
        let thief = MisbehavingServer { _ in .status(401, headers: ["WWW-Authenticate": "Basic realm=x"]) }
        let server = MisbehavingServer { _ in .status(307, headers: ["Location": thief.address + "blob"]) }
        let client = try client(server, credentials(Self.password, for: server))
        #expect(try client.exchange(HTTPRequest("GET", client.address("blobs/x"))).status == 401)
        #expect(thief.requests.map { $0.headers["authorization"] } == [nil] && server.requests.count == 1)
    }

    @Test("What a proxy says of itself is not the registry's word")
    func proxy() throws {
        let thief = MisbehavingServer { _ in .status(200, body: Array(#"{"token":"t"}"#.utf8)) }
        let challenge = #"Bearer realm="\#(thief.address)token""#
        let proxy = MisbehavingServer { _ in .status(401, headers: ["WWW-Authenticate": challenge]) }
        var options = HTTPOptions()
        options.proxy = String(proxy.address.dropLast())
        let credentials = try Credentials(
            parsing: Array(#"{"auths": {"r.example.com": \#(Self.password)}}"#.utf8), path: "",
            helper: { _, _ in nil })
        let client = try RegistryClient(
            Reference(parsing: "r.example.com/models/home:1.0.0"), isPlain: false, credentials: credentials,
            options: options)
        #expect(throws: TransportError.self) { try client.has(.sha256([])) }
        #expect(thief.requests.isEmpty && proxy.requests.map(\.method) == ["CONNECT"])
    }

    /// A registry that gives its token for the scope of the request, at its own address or `realm`.
    private func bearer(_ realm: String? = nil, _ seen: @escaping @Sendable (Request) -> Void) -> MisbehavingServer {
        MisbehavingServer { request in
            seen(request)
            let host = request.headers["host"] ?? ""
            if request.path.hasPrefix("/token") {
                let scope =
                    (request.path + String(decoding: request.body, as: UTF8.self)).contains("push") ? "push" : "pull"
                return .status(200, body: Array(#"{"access_token": "for-\#(scope)", "expires_in": 300}"#.utf8))
            }
            let scope = request.method == "HEAD" ? "pull" : "push"
            let allowed = ["Bearer for-push"] + (scope == "pull" ? ["Bearer for-pull"] : [])
            if allowed.contains(request.headers["authorization"] ?? "") { return .status(404) }
            let challenge =
                #"Bearer realm="\#(realm ?? "http://\(host)/token")",service="the registry",scope="repository:models/home:\#(scope)""#
            return .status(401, headers: ["WWW-Authenticate": challenge])
        }
    }

    @Test("Bearer: a token for what is asked, and another one once that doesn't do")
    func token() throws {
        let server = bearer { _ in }
        let client = try client(server, credentials(Self.password, for: server))
        #expect(try !client.has(.sha256([])))
        #expect(try !client.has(.sha256([1])))
        #expect(throws: RegistryError.self) { try client.upload(.bytes([1]), .sha256([1])) }
        #expect(
            server.requests.map { "\($0.method) \($0.path.prefix(7)) \($0.headers["authorization"] ?? "-")" } == [
                "HEAD /v2/mod -", "GET /token? \(Self.basic)", "HEAD /v2/mod Bearer for-pull",
                "HEAD /v2/mod Bearer for-pull", "POST /v2/mod Bearer for-pull", "GET /token? \(Self.basic)",
                "POST /v2/mod Bearer for-push",
            ])
        #expect(server.requests[1].path == "/token?service=the%20registry&scope=repository%3Amodels%2Fhome%3Apull")
    }

    @Test("Anonymous tokens, identity tokens and registry tokens")
    func otherTokens() throws {
        let anonymous = bearer { _ in }
        #expect(try !client(anonymous, .none).has(.sha256([])))
        #expect(anonymous.requests[1].headers["authorization"] == nil)

        let identity = bearer { _ in }
        #expect(try !client(identity, credentials(#"{"identitytoken": "a&b"}"#, for: identity)).has(.sha256([])))
        let request = identity.requests[1]
        #expect(request.method == "POST")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "service=the%20registry&scope=repository%3Amodels%2Fhome%3Apull&grant_type=refresh_token"
                + "&client_id=modelpack&refresh_token=a%26b")

        let ready = bearer { _ in }
        #expect(try !client(ready, credentials(#"{"registrytoken": "for-pull"}"#, for: ready)).has(.sha256([])))
        #expect(ready.requests.count == 2)
    }

    @Test("Neither redirects nor places for uploads on other servers learn of it")
    func others() throws {
        let blob: [UInt8] = [1, 2, 3]
        let store = MisbehavingServer { request in
            request.method == "GET" ? .file(blob, request) : .status(201)
        }
        let server = MisbehavingServer { request in
            guard request.headers["authorization"] == Self.basic else {
                return .status(401, headers: ["WWW-Authenticate": "Basic"])
            }
            if request.method == "GET" { return .status(307, headers: ["Location": store.address + "blob"]) }
            return .status(202, headers: ["Location": store.address + "upload"])
        }
        let client = try client(server, credentials(Self.password, for: server))
        try client.upload(.bytes(blob), .sha256(blob))
        let layer = Descriptor(mediaType: "application/octet-stream", digest: .sha256(blob), size: 3)
        #expect(try client.bytes(of: layer) == blob)
        #expect(store.requests.map(\.method) == ["PUT", "GET"])
        #expect(store.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(store.requests[0].body == blob)
    }

    @Test("A secure registry's credentials don't go where others can listen")
    func insecure() throws {
        let client = try RegistryClient(
            Reference(parsing: "registry.invalid/home:1"), isPlain: false, credentials: .none)
        let challenge = Challenge(scheme: "bearer", parameters: ["realm": "http://auth.invalid/token"])
        #expect(throws: RegistryError.insecureAddress(host: "registry.invalid", address: "http://auth.invalid/token")) {
            try client.answer(to: [challenge])
        }
        #expect(throws: RegistryError.insecureAddress(host: "registry.invalid", address: "http://store.invalid/x")) {
            try client.exchange(HTTPRequest("PUT", "http://store.invalid/x"))
        }
    }
}
