import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestServer
import Transport

@testable import Buckets

/// A repository's folder of its own for one test, removed with it.
final class TemporaryRepository {
    let path = FileManager.default.temporaryDirectory.path + "/modelpack-" + UUID().uuidString

    /// Two roots, one publication and a target of `size` bytes.
    init(size: Int = 1000) throws {
        for name in ["1.root", "2.root", "1.targets", "1.snapshot", "timestamp"] {
            try write("metadata/\(name).json", Array(#"{"name":"\#(name)"}"#.utf8))
        }
        try write(target: "home/1.0.0/home.modelpack", (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 + $0 >> 8) })
    }

    deinit { try? FileSystem.remove(path) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try FileSystem.createDirectory(FileSystem.parent(of: path + "/" + name))
        try FileSystem.replace(path + "/" + name, with: bytes)
    }

    /// Under the name with its digest, which is returned.
    @discardableResult
    func write(target name: String, _ bytes: [UInt8]) throws -> String {
        let parent = FileSystem.parent(of: name)
        let path = "targets/\(parent)/\(Digest.sha256(bytes).hex).\(FileSystem.name(of: name))"
        try write(path, bytes)
        return path
    }
}

/// A bucket in memory, as far as S3's interface is used; lists have two names a page.
final class TestBucket: Sendable {
    let server: MisbehavingServer
    private let contents: Contents

    struct Object: Sendable {
        var bytes: [UInt8]
        var headers: [String: String]
    }

    struct Stored: Sendable {
        var objects: [String: Object] = [:]
        /// Unfinished uploads, each called as its object.
        var uploads: [String: (headers: [String: String], parts: [Int: [UInt8]])] = [:]
    }

    private final class Contents: Sendable {
        let stored = Mutex(Stored())
    }

    /// `answer` may answer first, so that nothing is done; `instead` may answer once it is done.
    init(
        _ answer: @escaping @Sendable (_ request: Request) -> Response? = { _ in nil },
        instead: @escaping @Sendable (_ request: Request) -> Response? = { _ in nil }
    ) {
        let contents = Contents()
        self.contents = contents
        server = MisbehavingServer { request in
            if let first = answer(request) { return first }
            let response = contents.stored.withLock { Self.respond(to: request, &$0) }
            return instead(request) ?? response
        }
    }

    var stored: Stored { contents.stored.withLock { $0 } }

    func change(_ body: (inout Stored) -> Void) { contents.stored.withLock { body(&$0) } }

    /// What was asked for: methods and paths without the bucket, in order.
    var log: [String] { server.requests.map { "\($0.method) \($0.path.dropFirst("/models/".count))" } }

    func client(prefix: String = "fleet", partBytes: Int = 16 << 20) throws -> BucketClient {
        var client = try BucketClient(
            BucketAddress(parsing: "s3://models/\(prefix)"), Self.access(endpoint: server.address), isPlain: false)
        client.partBytes = partBytes
        return client
    }

    static func access(endpoint: String) throws -> BucketAccess {
        try BucketAccess(
            environment: [
                "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush/hush", "AWS_SESSION_TOKEN": "tok/en==",
                "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": endpoint,
            ], credentials: .none, config: .none)
    }

    private static func respond(to request: Request, _ stored: inout Stored) -> Response {
        let parts = request.path.dropFirst("/models/".count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let key = percentDecoded(parts[0]) ?? ""
        var query: [String: String] = [:]
        for field in parts.dropFirst().joined().split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1)
            query[String(pair[0])] = pair.count > 1 ? percentDecoded(pair[1]) : ""
        }
        if key.isEmpty { return list(query, stored) }
        let number = query["partNumber"].flatMap { Int($0) }
        switch (request.method, query["uploadId"]) {
        case ("GET", let upload?):
            let parts = stored.uploads[upload]?.parts ?? [:]
            let items = parts.sorted { $0.key < $1.key }.map {
                "<Part><PartNumber>\($0.key)</PartNumber><ETag>&quot;\($0.key)&quot;</ETag>"
                    + "<Size>\($0.value.count)</Size></Part>"
            }
            return xml("ListPartsResult", items.joined())
        case ("POST", nil):
            stored.uploads[key] = (request.headers, [:])
            return xml("InitiateMultipartUploadResult", "<UploadId>\(key)</UploadId>")
        case ("PUT", let upload?):
            stored.uploads[upload]?.parts[number ?? 0] = request.body
            return .status(200, headers: ["ETag": "\"\(number ?? 0)\""])
        case ("POST", let upload?):
            guard let found = stored.uploads.removeValue(forKey: upload) else { return .status(404) }
            let bytes = found.parts.sorted { $0.key < $1.key }.flatMap(\.value)
            stored.objects[key] = Object(bytes: bytes, headers: found.headers)
            return xml("CompleteMultipartUploadResult", "<Key>\(key)</Key>")
        case ("PUT", nil):
            guard request.headers["x-amz-content-sha256"] == Digest.sha256(request.body).hex else {
                return .status(400, body: Array("<Error><Code>XAmzContentSHA256Mismatch</Code></Error>".utf8))
            }
            stored.objects[key] = Object(bytes: request.body, headers: request.headers)
            return .status(200)
        case ("DELETE", nil):
            stored.objects[key] = nil
            return .status(204)
        default:
            guard let object = stored.objects[key] else { return .status(404) }
            let digest = object.headers["x-amz-meta-sha256"].map { ["x-amz-meta-sha256": $0] } ?? [:]
            return .status(
                200, headers: digest.merging(["Content-Length": "\(object.bytes.count)"]) { first, _ in first })
        }
    }

    private static func list(_ query: [String: String], _ stored: Stored) -> Response {
        let prefix = query["prefix"] ?? ""
        guard query["uploads"] == nil else {
            let items = stored.uploads.keys.filter { $0.hasPrefix(prefix) }.map {
                "<Upload><Key>\($0)</Key><UploadId>\($0)</UploadId></Upload>"
            }
            return xml("ListMultipartUploadsResult", items.joined())
        }
        let names = stored.objects.keys.filter { $0.hasPrefix(prefix) && $0 > query["start-after"] ?? "" }.sorted()
        let items = names.prefix(2).map {
            "<Contents><Key>\($0)</Key><Size>\(stored.objects[$0]?.bytes.count ?? 0)</Size></Contents>"
        }
        return xml("ListBucketResult", items.joined() + "<IsTruncated>\(names.count > 2)</IsTruncated>")
    }

    private static func xml(_ name: String, _ inside: String) -> Response {
        .status(200, body: Array("<?xml version=\"1.0\"?>\n<\(name) xmlns=\"x/y\">\(inside)</\(name)>".utf8))
    }
}
