import Files
import FoundationEssentials
import Signatures
import Trust

/// Makes a folder a device's: its configuration, and the keys that it starts to trust from.
///
/// Throws for a root that doesn't hold by itself or a policy that can't be read. `device.yaml` comes last: with it,
/// the folder is a device's.
package func setUpDevice(
    _ layout: DeviceLayout, configuration: DeviceConfiguration, root: [UInt8], policy: [UInt8]
) throws {
    if FileSystem.exists(layout.configuration) { throw UpdateError.deviceExists(root: layout.root) }
    _ = try TrustedMetadata(root: root)
    _ = try PolicyDocument(parsing: policy, file: layout.policy)
    try FileSystem.createDirectory(layout.root)
    guard FileSystem.isPrivateDirectory(layout.root) else { throw UpdateError.notPrivate(root: layout.root) }
    try FileSystem.createDirectory(layout.trust)
    try FileSystem.createDirectory(layout.models)
    try MetadataFolder(layout.trust).store(root, as: Root.name)
    try FileSystem.replace(layout.policy, with: policy)
    try FileSystem.replace(layout.state, with: try DeviceState().encoded)
    let text = configuration.initialText
    _ = try DeviceConfiguration(parsing: text, file: layout.configuration)
    try FileSystem.replace(layout.configuration, with: Array(text.utf8), mode: 0o600)
    try FileSystem.syncDirectory(FileSystem.parent(of: layout.root))
}
