import Files

/// One request to a web server.
package struct HTTPRequest: Sendable {
    package var method = "GET"
    package var address: String
    /// Lines such as `Accept: text/plain`. Authorization goes to the host of `address` alone, not where it redirects to.
    package var headers: [String] = []
    package var body: HTTPBody?
    /// The part that is asked for; anything else in answer is an error.
    package var range: Range<Int>?
    /// How many redirects are followed; nil for as many as the options say. Bodies don't follow any.
    package var redirects: Int?
    /// Seconds that all of it may take; nil for as long as bytes move.
    package var seconds: Int?
    /// What it is signed with; a signed request follows no redirect.
    package var signing: RequestSigning?

    package init(_ method: String = "GET", _ address: String) {
        self.method = method
        self.address = address
    }
}

/// Signature Version 4 of Amazon's services, as libcurl makes it.
///
/// libcurl signs what `headers` has, and the path and the query as they stand: so the query has to be sorted, each name
/// with `=`, all but letters, digits and `-._~` percent-encoded, and `x-amz-content-sha256` is for the caller to add.
package struct RequestSigning: Equatable, Sendable {
    package let keyID: String
    package let secret: String
    /// As `eu-west-1`; neither of the two has a colon.
    package let region: String
    package let service: String

    package init(keyID: String, secret: String, region: String, service: String) {
        self.keyID = keyID
        self.secret = secret
        self.region = region
        self.service = service
    }
}

/// What a request carries.
package enum HTTPBody: Sendable {
    case bytes([UInt8])
    /// A part of a file, which is read as it is sent.
    case file(MappedFile, Range<Int>)

    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let range): range.count
        }
    }
}

/// What a server answers, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// Whether it comes from where a redirect led.
    package let wasRedirected: Bool
    private let headers: [(name: String, value: String)]
    /// The start of what a server says beside a status that is no success.
    package let explanation: [UInt8]

    init(status: Int, wasRedirected: Bool, headers: [(name: String, value: String)], explanation: [UInt8]) {
        self.status = status
        self.wasRedirected = wasRedirected
        self.headers = headers
        self.explanation = explanation
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The values of a header, in the order of its lines; `name` in lower case.
    package func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The first of them.
    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}
