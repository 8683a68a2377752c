internal import CLibCrypto
import FoundationEssentials

/// Certificates that lead from a signer's to a root.
package enum CertificateChain {
    /// How many certificates a chain may have.
    package static let limit = 8

    /// What keeps `chain`, the signer's certificate first, from vouching for a model's signer at `now`; nil for
    /// nothing.
    ///
    /// RFC 5280 as libcrypto checks it, and only `roots` are believed, never the system's. Beyond that: every issuer is
    /// marked as a CA, the signer is none (unless pinned itself), and key usage and extended key usage, of which the
    /// signer's certificate has at least one, say digitalSignature and codeSigning. Revocation lists are not asked: a
    /// policy takes its roots back.
    package static func problem(
        of chain: [Certificate], below roots: [Certificate], at now: Date
    ) -> CertificateProblem? {
        guard let first = chain.first, chain.count <= limit, !roots.isEmpty else { return .untrusted }
        guard let leaf = CertificateHandle(der: first.der), let store = unsafe X509_STORE_new() else {
            return .refused("memory")
        }
        defer {
            unsafe X509_STORE_free(store)
            ERR_clear_error()
        }
        for root in roots {
            // The store takes a reference of its own.
            guard let root = CertificateHandle(der: root.der), unsafe X509_STORE_add_cert(store, root.certificate) == 1
            else { return .refused("memory") }
        }
        guard let between = unsafe OPENSSL_sk_new_null(), let context = unsafe X509_STORE_CTX_new() else {
            return .refused("memory")
        }
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe release(between)
        }
        for certificate in chain.dropFirst() {
            guard let handle = CertificateHandle(der: certificate.der) else { return .refused("memory") }
            // The stack gets a reference of its own, which `release` gives back.
            unsafe X509_up_ref(handle.certificate)
            unsafe OPENSSL_sk_push(between, UnsafeRawPointer(handle.certificate))
        }
        // Leaf, store and stack outlive the context's use.
        guard unsafe X509_STORE_CTX_init(context, store, leaf.certificate, between) == 1 else {
            return .refused("memory")
        }
        let parameters = unsafe X509_STORE_CTX_get0_param(context)
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(now.timeIntervalSince1970))
        unsafe X509_VERIFY_PARAM_set_depth(parameters, Int32(limit))
        // 112 bits: neither SHA-1 nor short keys.
        unsafe X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        // Whatever is pinned ends the chain, whether it signed itself or not.
        unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CHECK_SS_SIGNATURE))
        guard unsafe X509_verify_cert(context) == 1 else {
            return unsafe CertificateProblem(code: X509_STORE_CTX_get_error(context))
        }
        // The chain that was found belongs to the context.
        return unsafe usage(of: X509_STORE_CTX_get0_chain(context), isPinned: roots.contains(first))
    }

    /// What the certificates are for, the signer's first and the pinned one last.
    @unsafe private static func usage(of chain: OpaquePointer?, isPinned: Bool) -> CertificateProblem? {
        let count = unsafe OPENSSL_sk_num(chain)
        for index in 0..<count {
            guard let value = unsafe OPENSSL_sk_value(chain, index) else { return .refused("memory") }
            let certificate = OpaquePointer(value)
            let isAuthority = unsafe X509_check_ca(certificate) == 1
            let purposes = unsafe X509_get_extended_key_usage(certificate),
                usage = unsafe X509_get_key_usage(certificate)
            if index > 0, !isAuthority { return .notAnAuthority }
            if index == 0 {
                if isAuthority, !isPinned { return .notForSigning }
                if usage & UInt32(KU_DIGITAL_SIGNATURE) == 0 { return .notForSigning }
                // Absent ones are all ones.
                if usage == .max, purposes == .max { return .notForSigning }
            }
            let isAnchor = index > 0 && index == count - 1
            if !isAnchor, purposes & UInt32(XKU_CODE_SIGN) == 0 { return .notForSigning }
        }
        return nil
    }

    @unsafe private static func release(_ stack: OpaquePointer) {
        while let certificate = unsafe OPENSSL_sk_pop(stack) { unsafe X509_free(OpaquePointer(certificate)) }
        unsafe OPENSSL_sk_free(stack)
    }
}

/// Why a certificate vouches for nobody.
package enum CertificateProblem: Hashable, Sendable {
    /// It leads to no root that is pinned.
    case untrusted
    case expired, notYetValid
    /// Its usages are others than signing, or it is an authority's own.
    case notForSigning
    /// One that is no authority's issued another.
    case notAnAuthority
    /// libcrypto's own words.
    case refused(String)

    init(code: Int32) {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_INVALID_CA: self = .notAnAuthority
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            self = .untrusted
        default:
            // A static string.
            self = unsafe .refused(X509_verify_cert_error_string(Int(code)).map { unsafe String(cString: $0) } ?? "")
        }
    }
}
