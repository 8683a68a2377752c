import Files
import Signatures
import Synchronization
import TestServer
import Testing
import Transport

@testable import Buckets

@Suite("A service of buckets is asked politely, and shown no secret")
struct ClientTests {
    private static func error(_ code: String, _ more: String = "") -> [UInt8] {
        Array("<Error><Code>\(code)</Code><Message>a &amp; b</Message>\(more)</Error>".utf8)
    }

    @Test("Each request is signed, with its body and the session's token, and without the secret")
    func signed() throws {
        let bucket = TestBucket()
        try bucket.client().put(
            .bytes([1, 2, 3]), .sha256([1, 2, 3]), at: "metadata/x", headers: ["Cache-Control: no-cache"])
        _ = try bucket.client().objects(below: "metadata/")
        for request in bucket.server.requests {
            let authorization = try #require(request.headers["authorization"])
            #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKID/"))
            #expect(authorization.contains("/eu-west-1/s3/aws4_request, SignedHeaders="))
            #expect(authorization.contains("host;x-amz-content-sha256;x-amz-date;"))
            #expect(authorization.contains(";x-amz-security-token,"))
            #expect(!authorization.contains(";expect"))
            #expect(request.headers["x-amz-content-sha256"] == Digest.sha256(request.body).hex)
            #expect(request.headers["x-amz-security-token"] == "tok/en==")
            #expect(!request.headers.values.contains { $0.contains("hush") })
        }
        #expect(bucket.log[1] == "GET ?list-type=2&prefix=fleet%2Fmetadata%2F")
    }

    @Test("A service that is busy is asked again, after pauses, five times in all", arguments: [2, 5])
    func busy(failures: Int) throws {
        let left = Mutex(failures), pauses = Mutex<[Int]>([])
        let bucket = TestBucket { _ in
            left.withLock {
                $0 -= 1
                return $0 >= 0 ? .status(503, body: Self.error("SlowDown")) : nil
            }
        }
        var client = try bucket.client()
        client.pause = { failures in pauses.withLock { $0.append(failures) } }
        let refused = BucketError.Refusal(status: 503, code: "SlowDown", message: "a & b", region: nil)
        if failures == 2 {
            #expect(try client.objects(below: "metadata/").isEmpty)
        } else {
            #expect(
                throws: BucketError.refused(
                    address: bucket.server.address + "models/?list-type=2&prefix=fleet%2Fmetadata%2F", refused)
            ) { try client.objects(below: "metadata/") }
        }
        #expect(pauses.withLock { $0 } == Array(1...min(failures, 4)))
    }

    @Test("What it says against a request is passed on, once")
    func refused() throws {
        for (status, headers, body, code, region) in [
            (403, [:], Self.error("SignatureDoesNotMatch"), "SignatureDoesNotMatch", nil),
            (404, [:], Self.error("NoSuchBucket"), "NoSuchBucket", nil),
            (
                301, ["x-amz-bucket-region": "us-west-2"], Self.error("PermanentRedirect"), "PermanentRedirect",
                "us-west-2"
            ),
            (
                400, [:], Self.error("AuthorizationHeaderMalformed", "<Region>ap-south-1</Region>"),
                "AuthorizationHeaderMalformed", "ap-south-1"
            ),
            (403, [:], Array("<html>no</html>".utf8), "", nil),
            (403, [:], [UInt8](repeating: 60, count: 200_000), "", nil),
        ] as [(Int, [String: String], [UInt8], String, String?)] {
            let bucket = TestBucket { _ in .status(status, headers: headers, body: body) }
            let message = code.isEmpty ? "" : "a & b"
            let refusal = BucketError.Refusal(status: status, code: code, message: message, region: region)
            #expect(throws: BucketError.refused(address: bucket.server.address + "models/fleet/x", refusal)) {
                try bucket.client().put(.bytes([1]), .sha256([1]), at: "x", headers: [])
            }
            #expect(bucket.log.count == 1)
        }
    }

    @Test("No redirect is followed, so that nobody else gets the token")
    func redirected() throws {
        let thief = TestBucket()
        let address = thief.server.address
        let bucket = TestBucket { _ in .status(307, headers: ["Location": address + "models/"]) }
        #expect(throws: BucketError.self) { try bucket.client().objects(below: "metadata/") }
        #expect(thief.log.isEmpty)
    }

    @Test("Names that would come to mean other objects on their way are nobody's to replace or delete")
    func climbing() throws {
        let names = ["../../payroll/db", "./x", "a//b", "sound"].map { "fleet/metadata/" + $0 }.sorted()
        let contents = names.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        let bucket = TestBucket { _ in
            .status(200, body: Array("<ListBucketResult>\(contents)</ListBucketResult>".utf8))
        }
        #expect(try bucket.client().objects(below: "metadata/") == ["metadata/sound": 1])
    }

    @Test("Answers that make no sense are refused: no list, no end, an error behind a success")
    func nonsense() throws {
        let page = "<ListBucketResult><Contents><Key>%</Key><Size>1</Size></Contents></ListBucketResult>"
        for body in [
            "", "<html></html>", page,
            page.replacing("%", with: "fleet/metadata/a").replacing("<Size>1", with: "<Size>x"),
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            // The same page again and again.
            page.replacing("%", with: "fleet/metadata/a")
                .replacing("</ListB", with: "<IsTruncated>true</IsTruncated></ListB"),
            String(decoding: Self.error("InternalError"), as: UTF8.self),
        ] {
            let bucket = TestBucket { _ in .status(200, body: Array(body.utf8)) }
            #expect(throws: BucketError.self) { try bucket.client().objects(below: "metadata/") }
        }
        let endless = TestBucket { _ in .endless }
        #expect(throws: TransportError.self) { try endless.client().objects(below: "metadata/") }
    }
}
