import Files
import Signatures
import Transport

/// One bucket of a service with S3's interface (Amazon S3 API Reference). Every request is signed, its body included.
package struct BucketClient: Sendable {
    package let address: BucketAddress
    private let access: BucketAccess
    private let client: HTTPClient
    /// What names of objects follow, after a slash.
    private let base: String

    /// What answers may have that list nothing, and those that list a thousand names.
    static let answerLimit = 1 << 20, listLimit = 8 << 20
    /// How often a request is made before a service that can't answer is given up.
    private static let attempts = 5

    /// What is uploaded in one request; larger files go in parts of as many bytes.
    package var partBytes = 16 << 20
    /// Called before a request is made again, with how often it has failed.
    package var pause: @Sendable (_ failures: Int) -> Void = { _ in }

    /// `isPlain`: over http, too, where the service is another machine.
    package init(
        _ address: BucketAddress, _ access: BucketAccess, isPlain: Bool, options: HTTPOptions = HTTPOptions()
    ) throws {
        self.address = address
        self.access = access
        base = try access.base(of: address.bucket, isPlain: isPlain)
        client = try HTTPClient(options: options)
    }

    /// A request and what it carries. Made twice it does no harm.
    struct Request {
        var method = "GET"
        /// An object's name from the prefix on; empty for the bucket itself.
        var path = ""
        /// Sorted by name, as libcurl signs them.
        var query: [(name: String, value: String)] = []
        var headers: [String] = []
        var body: HTTPBody?
    }

    /// The service's answer, and its body where it is a success. Throws what the service refuses with, but for a status
    /// of `accepted`.
    func exchange(
        _ request: Request, accepting accepted: Int? = nil, limit: Int = answerLimit
    ) throws -> (HTTPResponse, body: [UInt8]) {
        try persistently { try answer(to: request, accepting: accepted, limit: limit) }
    }

    /// The answer's document, whose name has to begin so: on how it ends services don't agree.
    func document(_ name: String, _ request: Request, limit: Int = answerLimit) throws -> XMLElement {
        let document = try persistently {
            let (response, body) = try answer(to: request, limit: limit)
            let document = XMLElement(parsing: body)
            // Some errors come after a status that says success.
            if let document, document.name == "Error" {
                throw BucketError.refused(address: signed(request).address, Self.refusal(response, document))
            }
            return document
        }
        guard let document, document.name.hasPrefix(name) else { throw unexpected(request, "no \(name)") }
        return document
    }

    /// Asks once.
    private func answer(
        to request: Request, accepting accepted: Int? = nil, limit: Int
    ) throws -> (HTTPResponse, body: [UInt8]) {
        let signed = signed(request)
        let (response, body) = try client.exchange(signed, limit: limit)
        if response.isSuccess || response.status == accepted { return (response, body) }
        throw BucketError.refused(
            address: signed.address, Self.refusal(response, XMLElement(parsing: response.explanation)))
    }

    /// Asks again, after pauses, what may well be answered a little later.
    private func persistently<Answer>(_ ask: () throws -> Answer) throws -> Answer {
        var failures = 0
        while true {
            do {
                return try ask()
            } catch let error where Self.isTransient(error) {
                failures += 1
                guard failures < Self.attempts else { throw error }
                pause(failures)
            }
        }
    }

    func unexpected(_ request: Request, _ what: String) -> BucketError {
        .unexpected(address: signed(request).address, what: what)
    }

    private func signed(_ request: Request) -> HTTPRequest {
        let path = request.path.isEmpty ? "" : address.prefix + request.path
        let query = request.query.map { "\($0.name)=\(urlComponent($0.value))" }.joined(separator: "&")
        var signed = HTTPRequest(request.method, "\(base)/\(urlPath(path))\(query.isEmpty ? "" : "?" + query)")
        signed.headers = request.headers + ["x-amz-content-sha256: \((request.body?.digest ?? .sha256([])).hex)"]
        if let token = access.token { signed.headers.append("x-amz-security-token: \(token)") }
        signed.body = request.body
        signed.signing = RequestSigning(
            keyID: access.keyID, secret: access.secret, region: access.region, service: "s3")
        return signed
    }

    private static func refusal(_ response: HTTPResponse, _ document: XMLElement?) -> BucketError.Refusal {
        let error = document?.name == "Error" ? document : nil
        return .init(
            status: response.status, code: error?["Code"] ?? "", message: error?["Message"] ?? "",
            region: response["x-amz-bucket-region"] ?? error?["Region"])
    }

    /// Whether the same may well succeed a little later.
    private static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let error as TransportError: error.isTransient
        case BucketError.refused(_, let refusal):
            // What fails once the status has said success has failed on the service's side.
            refusal.status < 300 || refusal.status >= 500 || refusal.status == 429 || refusal.code == "RequestTimeout"
        default: false
        }
    }
}

extension HTTPBody {
    fileprivate var digest: Digest {
        switch self {
        case .bytes(let bytes): .sha256(bytes)
        case .file(let file, let range): .sha256(file.bytes.extracting(range))
        }
    }
}
