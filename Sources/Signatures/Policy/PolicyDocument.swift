import Configuration
import FoundationEssentials

/// A policy as it travels: its bytes and the signatures over them, in a DSSE envelope.
///
/// It is read, not trusted: `PolicySuccession` tells whether it takes the place of another.
package struct PolicyDocument: Hashable, Sendable {
    package let policy: Policy
    /// By the fingerprint of the key that each names.
    private var signatures: [String: [UInt8]] = [:]

    /// The target of a repository that holds the newest policy.
    package static let path = "policy.json"
    /// The target that keeps one version, for devices that missed it.
    package static func path(version: Int) -> String { "policies/\(version).json" }

    package static let payloadType = "application/vnd.modelpack.policy.v1+json"

    /// A policy that nobody has signed yet.
    package init(_ policy: Policy) { self.policy = policy }

    /// Reads what people write, YAML, or what `encoded` gives.
    package init(parsing bytes: [UInt8], file: String) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let json = try? JSONValue(parsing: bytes), json["payloadType"] != nil else {
            policy = try Policy(parsing: text, file: file)
            return
        }
        guard json["payloadType"] == .string(Self.payloadType), let payload = Self.base64(json["payload"]),
            let entries = json["signatures"]?.array
        else { throw SignatureError.malformedSignature(field: "payload") }
        policy = try Policy(parsing: String(decoding: payload, as: UTF8.self), file: file)
        // One form only, so that what is signed is what is read.
        guard policy.encoded == payload else { throw SignatureError.malformedSignature(field: "payload") }
        for entry in entries {
            guard let name = entry["keyid"]?.string, Digest(hex: name) != nil, let bytes = Self.base64(entry["sig"]),
                signatures.updateValue(bytes, forKey: name) == nil
            else { throw SignatureError.malformedSignature(field: "signatures") }
        }
        guard encoded == bytes else { throw SignatureError.malformedSignature(field: "envelope") }
    }

    /// The envelope, or the bare policy while nobody has signed.
    package var encoded: [UInt8] {
        if signatures.isEmpty { return policy.encoded }
        let entries = signatures.sorted { $0.key < $1.key }.map { entry -> JSONValue in
            ["keyid": .string(entry.key), "sig": .string(Data(entry.value).base64EncodedString())]
        }
        let json: JSONValue = [
            "payload": .string(Data(policy.encoded).base64EncodedString()), "payloadType": .string(Self.payloadType),
            "signatures": .array(entries),
        ]
        return json.encoded
    }

    /// The fingerprints of the keys that are said to have signed, sorted.
    package var keyIDs: [String] { signatures.keys.sorted() }

    /// Adds a key's signature, or makes it anew.
    package mutating func sign(with key: PrivateKey) throws(SignatureError) {
        guard key.publicKey.kind.isCurve else { throw .unsupportedKey(type: key.publicKey.kind.rawValue) }
        signatures[key.publicKey.fingerprint.hex] = try key.sign(signedBytes)
    }

    /// The names of those keys of `policy` that signed this one; throws for a signature that doesn't verify.
    func signers(among policy: Policy) throws(SignatureError) -> Set<String> {
        var names: Set<String> = []
        for key in policy.keys {
            guard let signature = signatures[key.key.fingerprint.hex] else { continue }
            guard key.key.isValid(signature: signature, over: signedBytes) else {
                throw .policyRefused(.invalidSignature(key: key.name))
            }
            names.insert(key.name)
        }
        return names
    }

    private var signedBytes: [UInt8] { DSSE.preAuthenticationEncoding(policy.encoded, type: Self.payloadType) }

    private static func base64(_ value: JSONValue?) -> [UInt8]? {
        value?.string.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }
}
