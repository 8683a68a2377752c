internal import CLibCrypto
import FoundationEssentials

/// An X.509 certificate: somebody's word that a public key is this subject's.
///
/// It is read, not trusted: `CertificateChain.verify` tells whether it leads to a root that somebody pinned.
package struct Certificate: Hashable, Sendable {
    package let der: [UInt8]
    package let publicKey: PublicKey
    /// The subject on one line, as RFC 2253 writes it: `CN=Release,O=Home`.
    package let subject: String

    /// Reads one DER certificate and nothing after it.
    package init(der: [UInt8]) throws(SignatureError) {
        guard let handle = CertificateHandle(der: der), handle.der == der else { throw .malformedCertificate }
        try self.init(handle)
    }

    private init(_ handle: borrowing CertificateHandle) throws(SignatureError) {
        // X509_get_pubkey gives a reference of its own, which the handle then owns.
        guard let key = unsafe KeyHandle(X509_get_pubkey(handle.certificate)) else { throw .malformedCertificate }
        publicKey = try PublicKey(key)
        der = handle.der
        subject = handle.subject
        if der.isEmpty { throw .malformedCertificate }
    }

    /// Reads the certificates of a PEM text, in their order; other things in it are passed over.
    package static func reading(pem: String) throws(SignatureError) -> [Certificate] {
        let begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----"
        var certificates: [Certificate] = []
        for part in pem.components(separatedBy: begin).dropFirst() {
            let pieces = part.components(separatedBy: end)
            guard pieces.count > 1, let der = Data(base64Encoded: pieces[0].filter { !$0.isWhitespace }) else {
                throw .malformedCertificate
            }
            certificates.append(try Certificate(der: Array(der)))
        }
        guard !certificates.isEmpty, certificates.count <= CertificateChain.limit else { throw .malformedCertificate }
        return certificates
    }

    /// PEM, as OpenSSL writes it.
    package var pem: String { PEMText.write(der, as: "CERTIFICATE") }
}
