import Registries
import Signatures
import Testing

@Suite("References are those of other tools, and leave nothing to guess")
struct ReferenceTests {
    @Test(
        "Host, repository, tag and digest are told apart",
        arguments: [
            ("registry.example.com/models/home:1.0.0", "registry.example.com", "models/home", "1.0.0"),
            ("oci://registry.example.com/home:stable", "registry.example.com", "home", "stable"),
            ("localhost/home", "localhost", "home", nil),
            ("localhost:5000/a/b__c/d--e.f:V_1", "localhost:5000", "a/b__c/d--e.f", "V_1"),
            ("127.0.0.1:5000/home:latest", "127.0.0.1:5000", "home", "latest"),
            ("[::1]:5000/home", "[::1]:5000", "home", nil),
            ("docker.io/someone/home:1.0.0-rc.1", "docker.io", "someone/home", "1.0.0-rc.1"),
        ])
    func good(text: String, host: String, repository: String, tag: String?) throws {
        let reference = try Reference(parsing: text)
        #expect(reference.host == host)
        #expect(reference.repository == repository)
        #expect(reference.tag == tag)
        #expect(reference.digest == nil)
        #expect(text.hasSuffix(reference.text))
    }

    @Test("A digest may follow a name or a tag")
    func digests() throws {
        let digest = Digest.sha256([1, 2, 3])
        for tag in ["", ":1.0.0"] {
            let text = "registry.example.com/home\(tag)@sha256:\(digest.hex)"
            let reference = try Reference(parsing: text)
            #expect(reference.digest == digest)
            #expect(reference.text == text)
        }
    }

    @Test(
        "What is no reference is refused, with what is wrong",
        arguments: [
            ("home", Reference.Problem.noHost), ("home:1.0.0", .noHost), ("models/home:1.0.0", .noHost),
            ("", .noHost), ("/home", .noHost), ("registry.example.com", .noRepository),
            ("registry.example.com/", .noRepository), ("localhost:5000/:tag", .noRepository),
            ("-a.com/home", .badHost), ("a..com/home", .badHost), ("a.com:0/home", .badHost),
            ("a.com:65536/home", .badHost), ("a.com:x/home", .badHost), ("user@a.com/home", .badDigest),
            ("a.com/Home", .badRepository), ("a.com/home/", .badRepository), ("a.com//home", .badRepository),
            ("a.com/../home", .badRepository), ("a.com/ho___me", .badRepository), ("a.com/-home", .badRepository),
            ("a.com/home.", .badRepository), ("a.com/ho%2fme", .badRepository), ("a.com/home?x", .badRepository),
            ("a.com/home:", .badTag), ("a.com/home:.1", .badTag), ("a.com/home:a b", .badTag),
            ("a.com/home:1.0.0+x", .badTag), ("a.com/home@sha256:abc", .badDigest), ("a.com/home@md5:abc", .badDigest),
            ("https://a.com/home", .badHost), ("a.com/" + String(repeating: "x", count: 256), .badRepository),
        ])
    func bad(text: String, problem: Reference.Problem) {
        #expect(throws: RegistryError.badReference(text, problem)) { try Reference(parsing: text) }
    }

    @Test("Only this machine is spoken to without being asked for it by http")
    func local() throws {
        for host in ["localhost", "localhost:5000", "127.0.0.1:5000", "127.1.2.3", "[::1]:5000"] {
            #expect(try Reference(parsing: host + "/home").isLocal)
        }
        for host in ["localhost.example.com", "127.0.0.1.example.com", "127.0.0.com", "128.0.0.1", "[::2]:5000"] {
            #expect(try !Reference(parsing: host + "/home").isLocal)
        }
    }
}

@Suite("Challenges are read as RFC 9110 writes them")
struct ChallengeTests {
    @Test("Schemes, parameters, quotes and several in one header")
    func good() {
        let docker =
            #"Bearer realm="https://auth.example.com/token",service="r.example.com",scope="repository:a/b:pull,push""#
        #expect(
            Challenge.all(in: docker) == [
                Challenge(
                    scheme: "bearer",
                    parameters: [
                        "realm": "https://auth.example.com/token", "service": "r.example.com",
                        "scope": "repository:a/b:pull,push",
                    ])
            ])
        let both =
            #"Negotiate, Basic Realm = "a \"b\" \\ c" , charset=UTF-8,Bearer realm="x",error="insufficient_scope""#
        #expect(
            Challenge.all(in: both) == [
                Challenge(scheme: "negotiate", parameters: [:]),
                Challenge(scheme: "basic", parameters: ["realm": #"a "b" \ c"#, "charset": "UTF-8"]),
                Challenge(scheme: "bearer", parameters: ["realm": "x", "error": "insufficient_scope"]),
            ])
    }

    @Test(
        "Whatever it is, reading it ends",
        arguments: ["", ",", "=", "\"", "Basic realm=\"open", "Basic realm=", "a=b", "é"])
    func odd(header: String) {
        _ = Challenge.all(in: header)
    }
}
