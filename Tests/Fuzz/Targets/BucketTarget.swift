@testable import Buckets

/// What a person, Amazon's settings and a service may say: addresses are written as they were read.
func fuzzBucket(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = try? BucketAddress(parsing: text) {
        law(text == address.text || text == address.text + "/", "an address is written as it was read")
    }
    if let element = XMLElement(parsing: bytes) { law(!element.name.isEmpty, "an element has a name") }
    let settings = try SettingsFile(parsing: bytes, path: "config")
    for profile in ["default", "ci"] {
        let access = try BucketAccess(environment: ["AWS_PROFILE": profile], credentials: settings, config: settings)
        _ = try access.base(of: "models", isPlain: true)
    }
}
