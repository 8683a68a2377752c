import Bundles
import Signatures

extension BundleError: Explained {
    var message: String {
        switch self {
        case .truncated(let offset, let needed, let size):
            "the bundle is cut off: what starts at byte \(offset) needs \(needed) bytes, and the file has \(size)"
        case .malformedHeader(let offset): "byte \(offset): not a header that modelpack writes"
        case .notAFile(let type, let offset):
            "byte \(offset): a bundle holds regular files only, and this is an entry of type \(type)"
        case .badPath(let path, let offset): "byte \(offset): '\(path)' can't be the path of a member"
        case .misplaced(let path, let offset): "byte \(offset): '\(path)' comes twice or out of order"
        case .nonzeroPadding(let offset): "byte \(offset): padding that is not zero"
        case .trailingBytes(let offset): "byte \(offset): something follows the bundle's end"
        case .limitExceeded(let what, let limit, let found): "\(what.words): \(found), where \(limit) is the limit"
        case .missing(let path): "'\(path)' is missing"
        case .undeclared(let path): "'\(path)' is there, and is neither signed nor in the index"
        case .indexDisagrees(let path, let offset): "byte \(offset): '\(path)' is not what the index says"
        case .notRegular(let path): "'\(path)' is not a regular file"
        case .malformedSignature(let path, let error):
            "\(path): \((error as any Error as? any Explained)?.message ?? "\(error)")"
        case .misnamedSignature(let path, let expected): "\(path): a signature by this key is called \(expected)"
        case .notTrusted(let refusals): "not trusted: " + refusals.map(\.words).joined(separator: "; ")
        case .signatureDoesNotCover(let path, let signature): "\(signature): does not sign this \(path)"
        case .damaged(let path, let offset, let expected, let found):
            "\(path), byte \(offset): damaged: expected sha256 \(expected.hex.prefix(16))…, "
                + "found \(found.hex.prefix(16))…"
        case .malformedDocument(let path, let field):
            field.isEmpty ? "\(path): malformed" : "\(path): malformed at '\(field)'"
        case .notCanonical(let path, let offset): "\(path), byte \(offset): not as modelpack writes it"
        case .unknownFormat(let path, let format): "\(path): its format \(format) is newer than this modelpack"
        case .alreadySigned(let path): "this key has signed already: \(path)"
        case .wrongSize(let path, let announced, let written):
            "\(path): \(written) bytes written where \(announced) were announced"
        }
    }

    var hint: String? {
        switch self {
        case .truncated, .damaged, .indexDisagrees, .nonzeroPadding, .malformedHeader, .trailingBytes:
            "fetch or build the bundle again"
        case .undeclared, .notRegular: "keep other files elsewhere; a bundle's folder holds the bundle only"
        case .notTrusted, .signatureDoesNotCover, .malformedSignature, .misnamedSignature:
            "don't use this bundle before you know who made it"
        case .unknownFormat: "use a newer modelpack"
        case .alreadySigned: "nothing is left to do, or use another key"
        default: nil
        }
    }
}

extension BundleError.Limit {
    fileprivate var words: String {
        switch self {
        case .members: "members"
        case .signatures: "signatures"
        case .memberSize: "bytes of members"
        case .documentSize: "bytes in a document"
        case .time: "time of change"
        }
    }
}

extension PolicyRefusal {
    /// The refusal in words.
    var words: String {
        switch self {
        case .invalidSignature(let key): "the signature by '\(key)' does not verify"
        case .tooFewSigners(found: 0, _): "nobody has signed it whose key is asked for"
        case .tooFewSigners(let found, let threshold):
            "\(found) of the policy's keys signed, and \(threshold) must"
        case .missingSigner(let name): "'\(name)' must have signed, and has not"
        case .invalidCertificate(let subject, let problem): "the certificate of '\(subject)' \(problem.words)"
        }
    }
}

extension CertificateProblem {
    fileprivate var words: String {
        switch self {
        case .untrusted: "leads to no root of the policy"
        case .expired: "or one above it has expired"
        case .notYetValid: "or one above it is not valid yet"
        case .notForSigning: "is not for signing: it needs digitalSignature, and codeSigning where purposes are named"
        case .notAnAuthority: "was issued by one that is no authority"
        case .refused(let words): "is refused: \(words)"
        }
    }
}
