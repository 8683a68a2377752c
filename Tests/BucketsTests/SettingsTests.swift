import Testing

@testable import Buckets

@Suite("Names, credentials and addresses of buckets")
struct SettingsTests {
    @Test(
        "Addresses",
        arguments: [
            ("s3://models", "models", ""), ("s3://a.b-1/x/y/", "a.b-1", "x/y/"), ("s3://abc/é +", "abc", "é +/"),
        ])
    func address(text: String, bucket: String, prefix: String) throws {
        let address = try BucketAddress(parsing: text)
        #expect(address.bucket == bucket)
        #expect(address.prefix == prefix)
        #expect(try BucketAddress(parsing: address.text) == address)
    }

    @Test(
        "What is none",
        arguments: [
            ("models/x", BucketAddress.Problem.noScheme), ("s3://", .badBucket), ("s3://ab", .badBucket),
            ("s3://Models", .badBucket), ("s3://-ab", .badBucket), ("s3://a..b", .badBucket),
            ("s3://u@host.x", .badBucket),
            ("s3://models:80", .badBucket), ("s3://models//x", .badPrefix), ("s3://models/x//", .badPrefix),
            ("s3://models/../x", .badPrefix), ("s3://models/x\n", .badPrefix),
        ])
    func noAddress(text: String, problem: BucketAddress.Problem) {
        #expect(throws: BucketError.badAddress(text, problem)) { try BucketAddress(parsing: text) }
    }

    private static let credentials = """
        # mine
        [default]
        aws_access_key_id = A
        aws_secret_access_key=s/=
        [ci]
        aws_access_key_id = B
        aws_secret_access_key = t
        aws_session_token = u
        """
    private static let config = """
        [default]
        region = eu-west-1
        [profile ci]
        region = us-east-2
        s3 =
            addressing_style = path
        endpoint_url = https://minio.example.com:9000/
        """

    private static func access(_ environment: [String: String]) throws -> BucketAccess {
        try BucketAccess(
            environment: environment, credentials: .init(parsing: Array(credentials.utf8), path: "credentials"),
            config: .init(parsing: Array(config.utf8), path: "config"))
    }

    @Test("The environment goes before the files, a profile before the default")
    func sources() throws {
        let plain = try Self.access([:])
        #expect(
            [plain.keyID, plain.secret, plain.token, plain.region, plain.endpoint] == [
                "A", "s/=", nil, "eu-west-1", nil,
            ])
        let ci = try Self.access(["AWS_PROFILE": "ci", "AWS_ACCESS_KEY_ID": ""])
        #expect([ci.keyID, ci.secret, ci.token, ci.region] == ["B", "t", "u", "us-east-2"])
        #expect(ci.endpoint == "https://minio.example.com:9000/")
        let set = try Self.access([
            "AWS_PROFILE": "ci", "AWS_ACCESS_KEY_ID": "C", "AWS_SECRET_ACCESS_KEY": "v", "AWS_DEFAULT_REGION": "x-1",
            "AWS_ENDPOINT_URL": "https://b", "AWS_ENDPOINT_URL_S3": "https://a",
        ])
        #expect([set.keyID, set.secret, set.token, set.region, set.endpoint] == ["C", "v", nil, "x-1", "https://a"])
    }

    @Test("What is lacking or can't be is said")
    func lacking() {
        #expect(throws: BucketError.noCredentials(profile: "other")) { try Self.access(["AWS_PROFILE": "other"]) }
        #expect(throws: BucketError.badRegion("a:b")) { try Self.access(["AWS_REGION": "a:b"]) }
        let keys = ["AWS_ACCESS_KEY_ID": "C", "AWS_SECRET_ACCESS_KEY": "v"]
        #expect(throws: BucketError.noRegion(profile: "default")) {
            try BucketAccess(environment: keys, credentials: .none, config: .none)
        }
        for text in ["[open", "key = 1", "[a]\nkey"] {
            let line = text.split(separator: "\n").count
            #expect(throws: BucketError.malformedSettings(path: "config", line: line)) {
                try SettingsFile(parsing: Array(text.utf8), path: "config")
            }
        }
    }

    @Test(
        "Where a bucket's objects are",
        arguments: [
            ("", "models", "eu-west-1", "https://models.s3.eu-west-1.amazonaws.com"),
            ("", "a.models", "eu-west-1", "https://s3.eu-west-1.amazonaws.com/a.models"),
            ("", "models", "cn-north-1", "https://models.s3.cn-north-1.amazonaws.com.cn"),
            ("https://minio.example.com:9000/", "models", "x", "https://minio.example.com:9000/models"),
            ("https://example.com/s3", "models", "x", "https://example.com/s3/models"),
            ("http://127.0.0.1:9000", "models", "x", "http://127.0.0.1:9000/models"),
            ("http://[::1]:9000", "models", "x", "http://[::1]:9000/models"),
        ])
    func base(endpoint: String, bucket: String, region: String, base: String) throws {
        let access = try Self.access(["AWS_ENDPOINT_URL": endpoint, "AWS_REGION": region])
        #expect(try access.base(of: bucket, isPlain: false) == base)
    }

    @Test("http is for this machine, unless it is asked for; an address is no more than that")
    func endpoints() throws {
        for host in ["minio.example.com", "127.0.0.1.example.com", "10.0.0.1:9000"] {
            let access = try Self.access(["AWS_ENDPOINT_URL": "http://" + host])
            #expect(throws: BucketError.insecureEndpoint("http://" + host)) {
                try access.base(of: "models", isPlain: false)
            }
            #expect(try access.base(of: "models", isPlain: true) == "http://\(host)/models")
        }
        for text in [
            "ftp://a", "minio:9000", "https://", "http://127.0.0.1@evil", "https://a?b", "https://a/b#c", "https://a b",
        ] {
            let access = try Self.access(["AWS_ENDPOINT_URL": text])
            #expect(throws: BucketError.badEndpoint(text)) { try access.base(of: "models", isPlain: true) }
        }
    }

    @Test("XML as far as S3 writes it")
    func xml() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- one -->
            <A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><K>a &amp; &#x62;&#99;</K><E/><K>two</K><B><C>3</C></B></A >

            """
        let document = try #require(XMLElement(parsing: Array(text.utf8)))
        #expect(document.name == "A")
        #expect(document["K"] == "a & bc")
        #expect(document.all("K").count == 2)
        #expect(document["E"] == "")
        #expect(document.all("B").first?["C"] == "3")
        for end in text.utf8.indices where text.utf8.distance(from: end, to: text.utf8.endIndex) > 3 {
            #expect(XMLElement(parsing: Array(text.utf8[..<end])) == nil)
        }
    }

    @Test(
        "What isn't XML, or does more than S3 does",
        arguments: [
            "", "text", "<a>", "</a>", "<a></b>", "<a/>", "<a>&unknown;</a>", "<a>&amp</a>", "<a>&#xD800;</a>",
            "<a></a><b></b>",
            "<a></a>text", "text<a></a>", "<!DOCTYPE a><a></a>", "<></>", "< a></ a>", "<a",
            String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
        ])
    func noXML(text: String) { #expect(XMLElement(parsing: Array(text.utf8)) == nil) }
}
