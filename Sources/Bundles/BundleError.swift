import Failures
import Signatures

/// Why a bundle can't be read, trusted or made.
package enum BundleError: Error, Equatable {
    // The archive's form.
    /// The archive ends before what starts at `offset` does.
    case truncated(offset: Int, needed: Int, size: Int)
    /// The header is not the one that this project writes for what it says.
    case malformedHeader(offset: Int)
    /// A link, a device, a folder or an unknown kind of entry.
    case notAFile(type: UInt8, offset: Int)
    case badPath(path: String, offset: Int)
    /// A member that comes twice or not in its place.
    case misplaced(path: String, offset: Int)
    case nonzeroPadding(offset: Int)
    case trailingBytes(offset: Int)
    case limitExceeded(Limit, limit: Int, found: Int)
    case missing(path: String)
    /// Something is there that the index does not name.
    case undeclared(path: String)
    /// A member's place or size differs from what the index says.
    case indexDisagrees(path: String, offset: Int)
    /// A folder holds a link or a device.
    case notRegular(path: String)

    // Signatures.
    case malformedSignature(path: String, SignatureError)
    /// The file's name must come from the signer's key.
    case misnamedSignature(path: String, expected: String)
    case notTrusted([PolicyRefusal])
    /// The signature is for another index, other members or another model.
    case signatureDoesNotCover(path: String, signature: String)

    // Digests.
    case damaged(path: String, offset: Int, expected: Digest, found: Digest)

    // Documents.
    case malformedDocument(path: String, field: String)
    /// The document's bytes are not the ones that its values are written as.
    case notCanonical(path: String, offset: Int)
    /// The document is of a newer format than this tool knows.
    case unknownFormat(path: String, format: Int)

    // Making.
    case alreadySigned(path: String)
    /// A member got more or fewer bytes than were announced.
    case wrongSize(path: String, announced: Int, written: Int)

    package enum Limit: Equatable, Sendable {
        case members, signatures, memberSize, documentSize, time
    }
}

extension BundleError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .malformedSignature, .misnamedSignature, .notTrusted, .signatureDoesNotCover: .notTrusted
        case .unknownFormat: .notForThisDevice
        case .alreadySigned: .usage
        case .wrongSize: .bug
        default: .damaged
        }
    }
}
