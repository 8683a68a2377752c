import Registries
import Synchronization
import Testing

@Suite("Credentials are found where Docker keeps them")
struct CredentialsTests {
    private func credential(
        for host: String, in json: String, helper: @escaping Credentials.Helper = { _, _ in nil }
    ) throws -> Credential? {
        try Credentials(parsing: Array(json.utf8), path: "config.json", helper: helper).credential(for: host)
    }

    @Test("A name and a password, by the registry's host")
    func passwords() throws {
        // ann:a:b
        let json =
            #"{"auths": {"r.example.com:5000": {"auth": "YW5uOmE6Yg=="}, "other": {}}, "HttpHeaders": {"a": "b"}}"#
        #expect(try credential(for: "r.example.com:5000", in: json) == .password(user: "ann", password: "a:b"))
        #expect(try credential(for: "r.example.com", in: json) == nil)
        #expect(try credential(for: "other", in: json) == nil)
        #expect(try credential(for: "r.example.com", in: "{}") == nil)
        let plain = #"{"auths": {"r.example.com": {"username": "ann", "password": "b"}}}"#
        #expect(try credential(for: "r.example.com", in: plain) == .password(user: "ann", password: "b"))
    }

    @Test("Keys that are addresses, and Docker Hub's own")
    func addresses() throws {
        let json =
            #"{"auths": {"https://r.example.com/v1/": {"auth": "YTpi"}, "https://index.docker.io/v1/": {"auth": "YTpj"}}}"#
        #expect(try credential(for: "r.example.com", in: json) == .password(user: "a", password: "b"))
        #expect(try credential(for: "docker.io", in: json) == .password(user: "a", password: "c"))
    }

    @Test("Of logins for parts of a registry, the nearest")
    func namespaces() throws {
        let json =
            #"{"auths": {"r.example.com/a": {"auth": "YTpi"}, "r.example.com/b": {"auth": "YTpj"}, "r.example.com": {"auth": "YTpk"}}}"#
        let credentials = try Credentials(parsing: Array(json.utf8), path: "", helper: { _, _ in nil })
        for (repository, password) in [("a/home", "b"), ("b/x/home", "c"), ("b", "c"), ("other/home", "d"), ("", "d")] {
            #expect(
                try credentials.credential(for: "r.example.com", repository) == .password(user: "a", password: password)
            )
        }
    }

    @Test("Tokens go before passwords")
    func tokens() throws {
        let identity = #"{"auths": {"r.example.com": {"auth": "YTpi", "identitytoken": "x"}}}"#
        #expect(try credential(for: "r.example.com", in: identity) == .identityToken("x"))
        let registry = #"{"auths": {"r.example.com": {"registrytoken": "y"}}}"#
        #expect(try credential(for: "r.example.com", in: registry) == .registryToken("y"))
    }

    @Test("A registry's helper goes before the store, and both before what the file says")
    func helpers() throws {
        let json = #"""
            {"auths": {"a.example.com": {"auth": "YTpi"}, "c.example.com": {"auth": "YTpi"}}, "credsStore": "all",
            "credHelpers": {"a.example.com": "one"}}
            """#
        let asked = Mutex<[String]>([])
        let helper: Credentials.Helper = { program, input in
            asked.withLock { $0.append(program + " " + input) }
            if input.hasPrefix("c.") { return nil }
            let user = input.hasPrefix("b.") ? "<token>" : program
            return Array(#"{"ServerURL": "", "Username": "\#(user)", "Secret": "s"}"#.utf8)
        }
        let expected: [(String, Credential)] = [
            ("a.example.com", .password(user: "docker-credential-one", password: "s")),
            ("b.example.com", .identityToken("s")),
            // The store knows nothing of it.
            ("c.example.com", .password(user: "a", password: "b")),
        ]
        for (host, credential) in expected {
            #expect(try self.credential(for: host, in: json, helper: helper) == credential)
        }
        #expect(
            asked.withLock { $0 } == [
                "docker-credential-one a.example.com", "docker-credential-all b.example.com",
                "docker-credential-all c.example.com",
            ])
        #expect(
            throws: RegistryError.helperFailed(program: "docker-credential-one", reason: "its answer is no credential")
        ) {
            try self.credential(for: "a.example.com", in: json) { _, _ in [0x78] }
        }
    }

    @Test(
        "What is no configuration is an error",
        arguments: [
            "", "[]", #"{"auths": []}"#, #"{"auths": {"r": {"auth": "%"}}}"#, #"{"auths": {"r": {"auth": "YQ=="}}}"#,
        ])
    func malformed(json: String) {
        #expect(throws: RegistryError.malformedCredentials(path: "config.json")) { try credential(for: "r", in: json) }
    }
}
