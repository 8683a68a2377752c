// Whoever imports this room knows what its errors are.
@_exported import Failures
import Files
import FoundationEssentials
import Registries
import Signatures
import Transport

/// A device's models: fetched from a repository, verified, tried, switched to in one step, and gone back from.
///
/// The folder is the same that the `modelpack` command works on, and may be worked on by both. Calls that change
/// something hold the device's lock while they run, and throw a failure of the kind `locked` at once where somebody else
/// holds it; between calls no lock is held. All calls block: `update` for as long as a download takes, so give it a
/// thread of its own, and `isCancelled` to end it. Whenever a process ends, the device has a whole, verified model, and the
/// next call goes on.
public struct ModelDevice: Sendable {
    package let layout: DeviceLayout
    /// Opens a repository or a mirror at its address. Who embeds this room wants no programs run: of Docker's credentials,
    /// those that stand in its file count; the command asks its helpers, too.
    package var open: @Sendable (_ address: String, _ options: HTTPOptions) throws -> any Source = { address, options in
        try Registries.repository(
            at: address, credentials: .docker(ProcessInfo.processInfo.environment, helper: { _, _ in nil }),
            options: options)
    }

    /// The device's folder.
    public var root: String { layout.root }

    /// Opens a device that was set up, by `setUp` or by `modelpack device init`.
    ///
    /// Throws a failure of the kind `localFile` where there is none, `damaged` for a mistake in its `device.yaml`.
    public init(_ root: String) throws {
        self.init(DeviceLayout(root))
        _ = try configuration
    }

    package init(_ layout: DeviceLayout) { self.layout = layout }

    /// Makes a folder a device's. From then on it trusts what the root and the policy let it trust, and nothing else.
    ///
    /// - Parameters:
    ///   - root: the folder; it is created, must belong to this user, and nobody else may write in it.
    ///   - repository: `https://…`, `http://…`, `oci://HOST/REPOSITORY:TAG`, or a folder's path.
    ///   - metadata: the repository's `root.json`, from a source that you trust: one that you ship.
    ///   - policy: the text of the policy that says who must have signed bundles (YAML).
    ///   - channel: the channel to follow.
    ///   - confirmedByApp: a new version stays on trial until `confirm`, and is left again when that doesn't come; without,
    ///     the check that `update` makes has the last word.
    public static func setUp(
        _ root: String, repository: String, trusting metadata: [UInt8], policy: [UInt8], channel: String = "stable",
        confirmedByApp: Bool = false
    ) throws -> ModelDevice {
        var configuration = DeviceConfiguration(
            repository: try DeviceConfiguration.place(repository), channel: channel,
            id: (0..<16).map { _ in UInt8.random(in: 0...255) })
        configuration.confirm = confirmedByApp ? .app : .smoke
        let device = ModelDevice(DeviceLayout(root))
        try setUpDevice(device.layout, configuration: configuration, root: metadata, policy: policy)
        return device
    }

    /// Which versions are here, in use, blocked or waited for; as of the last call that changed something.
    public func status() throws -> DeviceStatus {
        DeviceStatus(try configuration, try Store.readState(layout), layout)
    }

    /// What the owner has set, as it is now.
    package var configuration: DeviceConfiguration {
        get throws { try DeviceConfiguration(existing: layout) }
    }

    /// Runs `body` with the device for this run alone; then apps can see in `status.json` what it came to.
    package func change<Result>(
        _ body: (inout Store, DeviceConfiguration) throws -> Result
    ) throws -> Result {
        var store = try Store.open(layout.root, clock: Date())
        let configuration = try DeviceConfiguration(path: layout.configuration)
        store.reporting = configuration.reports
        let result: Result
        do {
            result = try body(&store, configuration)
        } catch {
            // What has happened before the error is to be seen, too; the error itself matters more than a full disk.
            try? store.publishStatus(configuration)
            throw error
        }
        try store.publishStatus(configuration)
        return result
    }
}
