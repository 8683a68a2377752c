internal import CLibCrypto
import FoundationEssentials

/// A private key in a PKCS#11 token, named by a URI (RFC 7512); it never leaves the token.
struct TokenKey: Sendable {
    /// The key's URI, without what only opens the way to it.
    let uri: String
    private let modulePath: String?
    private let pin: String?

    static func isURI(_ text: String) -> Bool { text.hasPrefix("pkcs11:") }

    /// Takes `pkcs11:token=…;object=…`, after `?` also `module-path=` and `pin-value=`; `pin` is another way to give
    /// the PIN.
    init(uri: String, pin: String?) {
        let parts = uri.split(separator: "?", maxSplits: 1).map(String.init)
        var attributes: [String: String] = [:]
        for attribute in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let pair = attribute.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { attributes[pair[0]] = Self.decoded(pair[1]) }
        }
        self.uri = parts.first ?? uri
        modulePath = attributes["module-path"]
        self.pin = pin ?? attributes["pin-value"]
    }

    /// A value of a URI with its `%` and two hexadecimal digits turned into bytes; as it is where they are no text.
    private static func decoded(_ value: String) -> String {
        var bytes: [UInt8] = []
        var rest = value.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? value
    }

    /// Opens the token and gives its key to `body`. OpenSSL 3.0 reaches tokens through the engine `pkcs11`.
    func withHandle<Result>(
        _ body: (borrowing KeyHandle) throws(SignatureError) -> Result
    ) throws(SignatureError) -> Result {
        defer { ERR_clear_error() }
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_ENGINE_DYNAMIC), nil)
        guard let engine = unsafe ENGINE_by_id("pkcs11") else { throw .tokenNotAvailable(.noEngine) }
        defer { unsafe ENGINE_free(engine) }
        // The engine copies the texts that it is given.
        if let modulePath, unsafe ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", modulePath, 0) != 1 {
            throw .tokenNotAvailable(.noModule)
        }
        // Without a PIN the engine would ask on the terminal.
        guard unsafe ENGINE_ctrl_cmd_string(engine, "PIN", pin ?? "", 0) == 1, unsafe ENGINE_init(engine) == 1 else {
            throw .tokenNotAvailable(.noModule)
        }
        defer { unsafe ENGINE_finish(engine) }
        guard let handle = unsafe KeyHandle(ENGINE_load_private_key(engine, uri, nil, nil)) else {
            throw .tokenNotAvailable(.noKey)
        }
        return try body(handle)
    }
}
