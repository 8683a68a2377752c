internal import CLibCrypto

/// A certificate as libcrypto holds it, freed when it goes out of scope.
@safe struct CertificateHandle: ~Copyable {
    let certificate: OpaquePointer

    init?(der: [UInt8]) {
        // d2i moves the pointer within the buffer, which is valid for the call.
        let certificate = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_X509(nil, &start, buffer.count)
        }
        ERR_clear_error()
        guard let certificate = unsafe certificate else { return nil }
        unsafe self.certificate = unsafe certificate
    }

    deinit { unsafe X509_free(certificate) }

    var der: [UInt8] {
        // i2d writes as many bytes as it announced.
        unsafe KeyHandle.encoded(length: i2d_X509(certificate, nil)) { unsafe i2d_X509(certificate, $0) }
    }

    /// One line of ASCII; everything else is escaped.
    var subject: String {
        guard let sink = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(sink) }
        // The name belongs to the certificate, the text to the sink.
        guard unsafe X509_NAME_print_ex(sink, X509_get_subject_name(certificate), 0, rfc2253NameFlags) >= 0 else {
            return ""
        }
        var bytes = [UInt8](repeating: 0, count: 1024)
        // BIO_read fills at most the buffer's length.
        let count = unsafe BIO_read(sink, &bytes, Int32(bytes.count))
        return String(decoding: bytes[..<max(0, Int(count))], as: UTF8.self)
    }
}
