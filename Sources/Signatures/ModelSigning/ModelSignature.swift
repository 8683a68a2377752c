import FoundationEssentials

/// A signature over a model's files, as OpenSSF Model Signing v1.0 writes it: a Sigstore bundle with a DSSE envelope.
///
/// It is read, not trusted: `isSigned(by:)` and `Policy.judge` tell who made it.
package struct ModelSignature: Hashable, Sendable {
    /// One file of the model.
    package struct Resource: Hashable, Sendable {
        /// Path below the model's folder, with slashes.
        package let name: String
        package let digest: Digest

        package init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    /// The fingerprint of the signer's key, as the signature claims; nil in signatures of older tools.
    package let hint: String?
    private let payload: [UInt8]
    private let signature: [UInt8]
    private let statement: Statement

    /// The model's name: `name-version` in our bundles.
    package var subject: String { statement.subject }
    /// The files that are signed, in listed order.
    package var resources: [Resource] { statement.resources }
    /// Paths that the signer left out.
    package var ignoredPaths: [String] { statement.ignoredPaths }

    /// What a bundle's signatures leave out, so that another signature changes nothing that is signed.
    package static let signaturesFolder = "signatures"
    private static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    /// Signs a bundle's files with a P-256, P-384 or P-521 key.
    package static func sign(
        subject: String, resources: [Resource], key: PrivateKey
    ) throws(SignatureError) -> ModelSignature {
        guard key.publicKey.kind.isCurve else { throw .unsupportedKey(type: key.publicKey.kind.rawValue) }
        let sorted = resources.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let statement = Statement(subject: subject, resources: sorted, ignoredPaths: [signaturesFolder])
        let payload = statement.payload
        return ModelSignature(
            hint: key.publicKey.fingerprint.hex, payload: payload,
            signature: try key.sign(preAuthenticationEncoding(payload)), statement: statement)
    }

    /// Whether `key` made this signature.
    package func isSigned(by key: PublicKey) -> Bool {
        (hint == nil || hint == key.fingerprint.hex) && verifies(with: key)
    }

    /// Whether `key` made this signature, whatever key it claims.
    func verifies(with key: PublicKey) -> Bool {
        key.kind.isCurve && key.isValid(signature: signature, over: Self.preAuthenticationEncoding(payload))
    }

    /// What DSSE signs in place of the payload alone.
    private static func preAuthenticationEncoding(_ payload: [UInt8]) -> [UInt8] {
        let type = Statement.payloadType
        return Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}

extension ModelSignature {
    /// The signature file.
    package var encoded: [UInt8] {
        var material: JSONValue = ["tlogEntries": []]
        if let hint { material["publicKey"] = ["hint": .string(hint)] }
        let json: JSONValue = [
            "mediaType": .string(Self.mediaType),
            "verificationMaterial": material,
            "dsseEnvelope": [
                "payload": .string(Data(payload).base64EncodedString()),
                "payloadType": .string(Statement.payloadType),
                "signatures": [["keyid": "", "sig": .string(Data(signature).base64EncodedString())]],
            ],
        ]
        return json.encoded
    }

    /// Reads a bundle's signature file: byte for byte what `encoded` gives for its values, or refused.
    package init(parsing bytes: [UInt8]) throws(SignatureError) {
        try self.init(parsingForeign: bytes)
        let own = encoded
        if own != bytes { throw .notCanonical(offset: zip(own, bytes).prefix { $0 == $1 }.count) }
        guard hint != nil else { throw .malformedSignature(field: "hint") }
        guard ignoredPaths == [Self.signaturesFolder] else { throw .malformedSignature(field: "ignore_paths") }
        let inOrder = zip(resources, resources.dropFirst()).allSatisfy {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        guard inOrder else { throw .malformedSignature(field: "resources") }
        guard statement.payload == payload else { throw .malformedSignature(field: "payload") }
    }

    /// Reads a signature that another tool made over a plain folder.
    ///
    /// The caller decides what `ignoredPaths` may hide.
    package init(parsingForeign bytes: [UInt8]) throws(SignatureError) {
        let json = try JSONValue(parsing: bytes)
        guard json["mediaType"] == .string(Self.mediaType) else { throw .malformedSignature(field: "mediaType") }
        guard let material = json["verificationMaterial"], material.object != nil else {
            throw .malformedSignature(field: "verificationMaterial")
        }
        guard let envelope = json["dsseEnvelope"], envelope["payloadType"] == .string(Statement.payloadType) else {
            throw .malformedSignature(field: "payloadType")
        }
        guard let payload = Self.base64(envelope["payload"]) else { throw .malformedSignature(field: "payload") }
        // Any further signature would go unchecked by the tools that verify only the first.
        guard let signatures = envelope["signatures"]?.array, signatures.count == 1,
            let signature = Self.base64(signatures[0]["sig"])
        else { throw .malformedSignature(field: "signatures") }
        self.payload = payload
        self.signature = signature
        hint = material["publicKey"]?["hint"]?.string
        statement = try Statement(parsing: payload)
    }

    private static func base64(_ value: JSONValue?) -> [UInt8]? {
        guard let text = value?.string, let data = Data(base64Encoded: text) else { return nil }
        return Array(data)
    }
}
