import Signatures

/// Why a repository can't be brought to a bucket. Beside it, `TransportError` says what the network does.
package enum BucketError: Error, Equatable {
    case badAddress(String, BucketAddress.Problem)

    // Who this is, and where the bucket is.
    /// A line of a settings file that is neither a section nor a key with its value.
    case malformedSettings(path: String, line: Int)
    case noCredentials(profile: String)
    case noRegion(profile: String)
    case badRegion(String)
    case badEndpoint(String)
    /// Signatures and bodies are sent to no place that others can listen at.
    case insecureEndpoint(String)

    // What the service says.
    case refused(address: String, Refusal)
    /// An answer that is not what S3's interface wants.
    case unexpected(address: String, what: String)

    /// A file that isn't what its name says.
    case damaged(path: String, expected: Digest, found: Digest)

    /// An error as S3 words it; empty where it has no words, as beside HEAD.
    package struct Refusal: Equatable, Sendable {
        package let status: Int
        package let code: String
        package let message: String
        /// The bucket's region, where the service says that it is another one.
        package let region: String?
    }
}
