import Signatures

/// A metadata file as it came: what is signed, untouched, and the signatures. Nothing in it is believed yet.
package struct Envelope: Hashable, Sendable {
    /// A signature and the identifier of the key that is said to have made it.
    package struct Signature: Hashable, Sendable {
        package let keyID: String
        /// Empty where the text is no hex.
        package let bytes: [UInt8]
    }

    package var signed: JSONValue
    package private(set) var signatures: [Signature]

    /// Reads a metadata file; `role` is what is expected, for messages.
    package init(parsing bytes: [UInt8], role: String) throws(TrustError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch .malformedJSON(let error) {
            throw .malformedJSON(role: role, error)
        } catch {
            throw .malformed(role: role, field: "signed")
        }
        let fields = try Fields(json, role: role, field: "metadata")
        signed = .object(try fields.fields("signed").object)
        signatures = []
        var seen: Set<String> = []
        for element in try fields.array("signatures") {
            let signature = try Fields(element, role: role, field: "signatures")
            let keyID = try signature.string("keyid")
            guard seen.insert(keyID).inserted else { throw .repeatedSignature(role: role, keyID: keyID) }
            let bytes = [UInt8](lowercaseHex: try signature.string("sig").lowercased())
            signatures.append(Signature(keyID: keyID, bytes: bytes ?? []))
        }
    }

    /// Signs new metadata with each of the keys.
    package init(signing signed: JSONValue, with keys: [PrivateKey]) throws(SignatureError) {
        self.signed = signed
        signatures = []
        let message = signed.canonical
        for key in keys {
            signatures.append(Signature(keyID: RoleKey(key.publicKey).keyID, bytes: try key.sign(message)))
        }
    }

    /// The metadata file.
    package var encoded: [UInt8] {
        let signatures = signatures.map { signature -> JSONValue in
            ["keyid": .string(signature.keyID), "sig": .string(signature.bytes.lowercaseHex)]
        }
        let json: JSONValue = ["signatures": .array(signatures), "signed": signed]
        return json.encoded
    }

    /// Adds a signature, or replaces one under the same identifier.
    package mutating func sign(with key: PrivateKey, as keyID: String) throws(SignatureError) {
        let signature = Signature(keyID: keyID, bytes: try key.sign(signed.canonical))
        signatures.removeAll { $0.keyID == keyID }
        signatures.append(signature)
    }

    /// Those of the role's keys that signed.
    ///
    /// Signatures by others, wrong ones and empty ones are passed over. Distinct keys count, under whatever identifiers.
    package func signers(among keys: RoleKeys) -> Set<PublicKey> {
        let message = signed.canonical
        var signers: Set<PublicKey> = []
        for signature in signatures {
            guard let key = keys.keys[signature.keyID], key.isValid(signature: signature.bytes, over: message) else {
                continue
            }
            signers.insert(key)
        }
        return signers
    }

    /// Throws unless enough of the role's keys signed (specification 5.3.4, 5.4.2, 5.5.3, 5.6.3).
    func verify(_ role: String, by keys: RoleKeys) throws(TrustError) {
        let found = signers(among: keys).count
        guard found >= keys.threshold else {
            throw .tooFewSignatures(role: role, found: found, threshold: keys.threshold)
        }
    }
}
