import ArgumentParser
import Files
import FoundationEssentials
import Signatures
import Updating

struct DeviceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Set up a device.", subcommands: [DeviceInit.self, DeviceGuard.self])
}

struct DeviceInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a folder the home of a device's models.",
        discussion: """
            From then on the device trusts what the root and the policy let it trust, and nothing else.

            Examples:
              modelpack device init --root /var/lib/modelpack \\
                --repository https://models.example.com \\
                --trust 1.root.json --policy policy.yaml --channel stable
            """)

    @OptionGroup var device: RootOption
    @Option(
        help: ArgumentHelp("The repository: https://…, http://…, oci://… or a folder.", valueName: "url"),
        completion: .directory
    )
    var repository: String
    @Option(
        help: ArgumentHelp("The repository's root metadata, from a source that you trust.", valueName: "root.json"),
        completion: .file())
    var trust: String
    @Option(help: ArgumentHelp("Who must have signed a bundle.", valueName: "file"), completion: .file())
    var policy: String
    @Option(help: "The channel to follow.")
    var channel = "stable"
    @Option(help: ArgumentHelp("32 hexadecimal digits; random by default. Decides about rollouts.", valueName: "id"))
    var deviceID: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
        let layout = try device.layout
        let configuration = DeviceConfiguration(repository: try place(), channel: channel, id: try id())
        let policyBytes = try FileSystem.read(policy, limit: 1 << 20)
        // Read under its own name first, so that a mistake is reported where its author looks.
        _ = try PolicyDocument(parsing: policyBytes, file: policy)
        try setUpDevice(
            layout, configuration: configuration, root: try FileSystem.read(trust, limit: 512_000), policy: policyBytes)
        try common.report(
            ["root": layout.root, "repository": configuration.repository, "channel": channel],
            text: "\(layout.root) follows channel \(channel) of \(configuration.repository)")
    }

    private func id() throws -> [UInt8] {
        guard let deviceID else { return (0..<16).map { _ in UInt8.random(in: 0...255) } }
        guard let id = [UInt8](lowercaseHex: deviceID), id.count == 16 else {
            throw CommandError(status: .usage, message: "'\(deviceID)' is not 32 hexadecimal digits")
        }
        return id
    }

    /// A folder's path must hold wherever later commands are run from.
    private func place() throws -> String {
        let place = try DeviceConfiguration.place(repository)
        guard place == repository || FileSystem.isDirectory(repository) else {
            throw CommandError(
                status: .localFile, message: "\(repository): there is no such folder",
                hint: "give the repository as https://…, http://…, oci://… or a folder")
        }
        return place
    }
}
