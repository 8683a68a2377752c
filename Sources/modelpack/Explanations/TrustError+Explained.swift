import Trust

extension TrustError: Explained {
    var message: String {
        switch self {
        case .malformedJSON(let role, let error):
            "\(role) metadata, byte \(error.offset): malformed JSON: \(error.problem.words)"
        case .malformed(let role, let field): "\(role) metadata: '\(field)' is missing or wrong"
        case .wrongType(let role, let found): "\(role) metadata: this is \(found) metadata"
        case .repeatedSignature(let role, let keyID): "\(role) metadata: signed twice by key \(keyID.prefix(16))…"
        case .tooFewSignatures(let role, let found, let threshold):
            "\(role) metadata: \(found) of the \(threshold) signatures needed are good"
        case .wrongVersion(let role, let expected, let found):
            "\(role) metadata: version \(found) where \(expected) must be"
        case .rollback(let role, let trusted, let found):
            "\(role) metadata: version \(found), and version \(trusted) has been seen: somebody replays old metadata"
        case .missingRole(let role): "\(role) is gone from the snapshot"
        case .expired(let role, let at): "\(role) metadata expired at \(at)"
        case .wrongLength(let name, let expected, let found): "\(name): \(found) bytes where \(expected) must be"
        case .wrongDigest(let name): "\(name): its digest is not the one that was signed"
        case .noKnownDigest(let name): "\(name): no digest that modelpack knows"
        case .tooManyDelegations(let path, let limit): "\(path): could be in any of more than \(limit) delegated roles"
        case .outOfOrder(let role): "\(role) metadata came out of order"
        }
    }

    var hint: String? {
        switch self {
        case .expired(let role, _):
            "check the clock; if it is right, the publisher must run: modelpack repo renew REPOSITORY --keys KEYS"
                + (role == Root.name ? " --role root, with the root's keys" : "")
        case .rollback, .missingRole: "check which server or mirror answered"
        case .tooFewSignatures: "check that this is the right repository and the right root"
        default: nil
        }
    }
}
