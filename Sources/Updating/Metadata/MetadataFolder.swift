import Files
import Transport

/// The metadata that this device has verified, byte for byte as it came: one file a role, without versions.
package struct MetadataFolder: Sendable {
    package let path: String
    /// Whether what is verified is only looked at, and not kept.
    private let isReadOnly: Bool

    package init(_ path: String, isReadOnly: Bool = false) {
        self.path = path
        self.isReadOnly = isReadOnly
    }

    /// The role's metadata; nil where there is none.
    package func read(_ role: String) throws(FileError) -> [UInt8]? {
        let file = location(of: role)
        return FileSystem.exists(file) ? try FileSystem.read(file) : nil
    }

    /// Keeps a role's metadata, once it is verified.
    package func store(_ bytes: [UInt8], as role: String) throws(FileError) {
        if !isReadOnly { try FileSystem.replace(location(of: role), with: bytes) }
    }

    /// A small target that was kept; it counts only where the metadata still says the same of it.
    package func readTarget(_ target: String) throws(FileError) -> [UInt8]? {
        let file = location(ofTarget: target)
        return FileSystem.exists(file) ? try FileSystem.read(file) : nil
    }

    /// Keeps a small target, so that it isn't fetched again until it changes.
    package func storeTarget(_ bytes: [UInt8], as target: String) throws(FileError) {
        if !isReadOnly { try FileSystem.replace(location(ofTarget: target), with: bytes) }
    }

    /// No role's file begins with an @.
    private func location(ofTarget target: String) -> String { path + "/@" + urlComponent(target) }

    /// Percent-encoded, so that a role's name never leads out of the folder.
    private func location(of role: String) -> String {
        path + "/" + urlComponent(role) + ".json"
    }
}
