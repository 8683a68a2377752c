import Signatures

extension SignatureError: Explained {
    var message: String {
        switch self {
        case .malformedKey: "not a key in PEM form"
        case .unsupportedKey(let type): "keys of type \(type) can't be used for this"
        case .passwordNeeded: "the key is encrypted"
        case .wrongPassword: "the password does not open the key"
        case .malformedCertificate: "not an X.509 certificate in PEM form"
        case .certificateOfAnotherKey(let subject): "the certificate of '\(subject)' is for another key"
        case .tokenNotAvailable(let problem): problem.words
        case .policyRefused(let refusal): "not the next policy: \(refusal.words)"
        case .cryptographyFailed(let operation): "libcrypto failed to \(operation)"
        case .malformedJSON(let error): "byte \(error.offset): not JSON that can be signed: \(error.problem.words)"
        case .malformedSignature(let field): "not a model signature: '\(field)' is missing or wrong"
        case .notCanonical(let offset): "byte \(offset): not written as modelpack writes signatures"
        case .malformedPolicy(let problem): "policy: \(problem.words)"
        }
    }

    var hint: String? {
        switch self {
        case .malformedKey: "PREFIX.key signs and PREFIX.pub verifies; `modelpack keys generate PREFIX` makes both"
        case .unsupportedKey: "use a P-256, P-384 or P-521 key"
        case .tokenNotAvailable(.noEngine): "install libengine-pkcs11-openssl"
        case .tokenNotAvailable(.noModule): "name the token's module: ?module-path=/path/to/module.so after the URI"
        case .tokenNotAvailable(.noKey):
            "check token, object, PIN (--password-file) and module (?module-path=/path/to/module.so after the URI)"
        case .policyRefused: "sign it with: modelpack policy sign FILE --key KEY"
        case .passwordNeeded, .wrongPassword: "give the password with --password-file"
        default: nil
        }
    }
}

extension PolicyProblem {
    fileprivate var words: String {
        switch self {
        case .threshold(let threshold, let keys): "a threshold of \(threshold) with \(keys) keys"
        case .repeatedRoot(let subject): "the root '\(subject)' is there twice"
        case .repeatedName(let name): "two keys are called '\(name)'"
        case .repeatedKey(let name): "the key '\(name)' is there under another name too"
        case .unknownRequired(let name): "'\(name)' is required and is no key of the policy"
        case .version(let version): "\(version) can't be a version"
        case .keyNotForModels(let name): "'\(name)' is not a P-256, P-384 or P-521 key"
        }
    }
}

extension TokenProblem {
    fileprivate var words: String {
        switch self {
        case .noEngine: "OpenSSL's engine for PKCS#11 tokens is not installed"
        case .noModule: "the PKCS#11 module can't be loaded"
        case .noKey: "no such key in a token that can be opened: wrong name, PIN or module"
        }
    }
}

extension PolicySuccession.Refusal {
    fileprivate var words: String {
        switch self {
        case .version(let found, let expected): "its version is \(found), and \(expected) comes next"
        case .tooFewSigners(let found, let threshold, let version):
            "\(found) of the keys of version \(version) signed it, and \(threshold) must"
        case .missingSigner(let name, let version): "version \(version) requires '\(name)', who has not signed it"
        case .invalidSignature(let key): "the signature by '\(key)' does not verify"
        }
    }
}
