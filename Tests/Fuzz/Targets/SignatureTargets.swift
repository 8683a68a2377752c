import Configuration
import Signatures

/// A signature file, ours by age's law, another tool's as it comes.
func fuzzSignature(_ bytes: [UInt8]) throws {
    if let own = try? ModelSignature(parsing: bytes) { law(own.encoded == bytes, "signatures are written as read") }
    _ = try ModelSignature(parsingForeign: bytes)
}

/// A policy says the same when it is written and read again.
func fuzzPolicy(_ bytes: [UInt8]) throws {
    let policy = try Policy(parsing: String(decoding: bytes, as: UTF8.self), file: "policy.yaml")
    let again = try? Policy(parsing: String(decoding: policy.encoded, as: UTF8.self), file: "policy.json")
    law(again == policy, "policies are read as written")
}

/// JSON that is signed over says the same when it is written and read again.
func fuzzStrictJSON(_ bytes: [UInt8]) throws {
    let value = try JSONValue(parsing: bytes)
    law((try? JSONValue(parsing: value.encoded)) == value, "JSON is read as written")
    _ = value.canonical
}
