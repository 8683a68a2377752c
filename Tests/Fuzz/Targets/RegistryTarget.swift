@testable import Registries

/// What a registry, a person and Docker's configuration may say: references are written as they were read.
func fuzzRegistry(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = Challenge.all(in: text)
    if let reference = try? Reference(parsing: text) {
        law(
            text == reference.text || text == Reference.scheme + reference.text, "a reference is written as it was read"
        )
    }
    if let credentials = try? Credentials(parsing: bytes, path: "config.json", helper: { _, _ in bytes }) {
        for host in ["r.example.com", "docker.io"] { _ = try? credentials.credential(for: host) }
    }
    let manifest = try ArtifactManifest(parsing: bytes, name: "a")
    let again = try ArtifactManifest(parsing: manifest.encoded(), name: "a")
    law(again == manifest, "a manifest is read as written")
    _ = try BundleLayers(manifest, name: "a")
}
