import Configuration
import Signatures

/// A signature file, ours by age's law, another tool's as it comes, and what a policy thinks of it.
func fuzzSignature(_ bytes: [UInt8]) throws {
    if let own = try? ModelSignature(parsing: bytes) { law(own.encoded == bytes, "signatures are written as read") }
    let signature = try ModelSignature(parsingForeign: bytes)
    _ = judge?.judge([signature], at: FixedKeys.now)
}

/// A policy that knows the key by its authority only.
private let judge = try? Policy(threshold: 1, keys: [], roots: FixedKeys.certificates?.suffix(1).map { $0 } ?? [])

/// A policy says the same when it is written and read again.
func fuzzPolicy(_ bytes: [UInt8]) throws {
    let policy = try Policy(parsing: String(decoding: bytes, as: UTF8.self), file: "policy.yaml")
    let again = try? Policy(parsing: String(decoding: policy.encoded, as: UTF8.self), file: "policy.json")
    law(again == policy, "policies are read as written")
}

/// Keys and certificates as text. What parses has a text that parses again.
func fuzzPEM(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    if let key = try? PublicKey(pem: text) { law((try? PublicKey(pem: key.pem)) == key, "keys are read as written") }
    _ = try? PrivateKey(pem: text)
    for certificate in try Certificate.reading(pem: text) {
        law((try? Certificate.reading(pem: certificate.pem)) == [certificate], "certificates are read as written")
    }
}

/// JSON that is signed over says the same when it is written and read again.
func fuzzStrictJSON(_ bytes: [UInt8]) throws {
    let value = try JSONValue(parsing: bytes)
    law((try? JSONValue(parsing: value.encoded)) == value, "JSON is read as written")
    _ = value.canonical
}
