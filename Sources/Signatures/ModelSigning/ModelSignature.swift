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

    /// How a signature names its signer.
    private enum Material: Hashable, Sendable {
        /// The fingerprint of a key that verifiers have; nil in signatures of older tools.
        case key(hint: String?)
        /// The signer's certificate, and others that lead to a root.
        case certificates([Certificate])
    }

    private let material: Material
    private let payload: [UInt8]
    private let signature: [UInt8]
    private let statement: Statement

    /// The fingerprint of the signer's key, as the signature claims; nil in signatures of older tools.
    package var hint: String? {
        switch material {
        case .key(let hint): hint
        case .certificates(let chain): chain.first?.publicKey.fingerprint.hex
        }
    }
    /// The signer's certificate first; empty where a bare key signed.
    package var certificates: [Certificate] { if case .certificates(let chain) = material { chain } else { [] } }
    /// The model's name: `name-version` in our bundles.
    package var subject: String { statement.subject }
    /// The files that are signed, in listed order.
    package var resources: [Resource] { statement.resources }
    /// Paths that the signer left out.
    package var ignoredPaths: [String] { statement.ignoredPaths }

    /// What a bundle's signatures leave out, so that another signature changes nothing that is signed.
    package static let signaturesFolder = "signatures"
    private static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    /// Signs a model's files with a P-256, P-384 or P-521 key; by default as a bundle's.
    package static func sign(
        subject: String, resources: [Resource], signer: Signer, ignoring ignoredPaths: [String] = [signaturesFolder]
    ) throws(SignatureError) -> ModelSignature {
        let key = signer.key
        guard key.publicKey.kind.isCurve else { throw .unsupportedKey(type: key.publicKey.kind.rawValue) }
        let sorted = resources.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let statement = Statement(subject: subject, resources: sorted, ignoredPaths: ignoredPaths)
        let payload = statement.payload
        return ModelSignature(
            material: signer.certificates.isEmpty
                ? .key(hint: key.publicKey.fingerprint.hex) : .certificates(signer.certificates),
            payload: payload,
            signature: try key.sign(DSSE.preAuthenticationEncoding(payload, type: Statement.payloadType)),
            statement: statement)
    }

    /// Signs a bundle's files with a key that verifiers know by itself.
    package static func sign(
        subject: String, resources: [Resource], key: PrivateKey
    ) throws(SignatureError) -> ModelSignature {
        try sign(subject: subject, resources: resources, signer: Signer(key))
    }

    /// Whether `key` made this signature.
    package func isSigned(by key: PublicKey) -> Bool {
        (hint == nil || hint == key.fingerprint.hex) && verifies(with: key)
    }

    /// Whether `key` made this signature, whatever key it claims.
    func verifies(with key: PublicKey) -> Bool {
        key.kind.isCurve
            && key.isValid(
                signature: signature,
                over: DSSE.preAuthenticationEncoding(payload, type: Statement.payloadType))
    }
}

extension ModelSignature {
    /// The signature file.
    package var encoded: [UInt8] {
        var verification: JSONValue = ["tlogEntries": []]
        switch material {
        case .key(let hint): if let hint { verification["publicKey"] = ["hint": .string(hint)] }
        case .certificates(let chain):
            let certificates = chain.map { ["rawBytes": .string(Data($0.der).base64EncodedString())] as JSONValue }
            verification["x509CertificateChain"] = ["certificates": .array(certificates)]
        }
        let json: JSONValue = [
            "mediaType": .string(Self.mediaType),
            "verificationMaterial": verification,
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
        guard let verification = json["verificationMaterial"], verification.object != nil else {
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
        self.material = try Self.readSigner(verification)
        statement = try Statement(parsing: payload)
    }

    private static func readSigner(_ material: JSONValue) throws(SignatureError) -> Material {
        guard let list = material["x509CertificateChain"] else {
            return .key(hint: material["publicKey"]?["hint"]?.string)
        }
        // Two claims of who signed would let readers disagree.
        guard material["publicKey"] == nil, let list = list["certificates"]?.array,
            (1...CertificateChain.limit).contains(list.count)
        else { throw .malformedSignature(field: "x509CertificateChain") }
        var chain: [Certificate] = []
        for entry in list {
            guard let der = base64(entry["rawBytes"]) else { throw .malformedSignature(field: "rawBytes") }
            chain.append(try Certificate(der: der))
        }
        return .certificates(chain)
    }

    private static func base64(_ value: JSONValue?) -> [UInt8]? {
        guard let text = value?.string, let data = Data(base64Encoded: text) else { return nil }
        return Array(data)
    }
}
