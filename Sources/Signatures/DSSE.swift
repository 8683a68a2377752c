/// Dead Simple Signing Envelope, v1.
enum DSSE {
    /// What is signed in place of the payload alone.
    static func preAuthenticationEncoding(_ payload: [UInt8], type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
