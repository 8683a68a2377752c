import ArgumentParser
import FoundationEssentials
import Glibc
import Registries
import Updating

/// `--root`, as all commands on a device have it.
struct RootOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The device's folder.",
            discussion: """
                Without it $MODELPACK_ROOT, then /var/lib/modelpack for root and $XDG_DATA_HOME/modelpack for others.
                """,
            valueName: "dir"), completion: .directory)
    var root: String?

    /// The device in that folder. Where it follows a registry, credential helpers are asked, too.
    func open() throws -> ModelDevice {
        var device = ModelDevice(try layout)
        device.open = { try repository(at: $0, credentials: dockerCredentials(), options: $1) }
        return device
    }

    var layout: DeviceLayout {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            if let root = root ?? environment["MODELPACK_ROOT"], !root.isEmpty {
                // "/" stays as it is; any other path loses its slash at the end.
                return DeviceLayout(root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root)
            }
            if geteuid() == 0 { return DeviceLayout("/var/lib/modelpack") }
            if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return DeviceLayout(data + "/modelpack") }
            guard let home = environment["HOME"], !home.isEmpty else {
                throw CommandError(status: .usage, message: "no folder to work in", hint: "give one with --root")
            }
            return DeviceLayout(home + "/.local/share/modelpack")
        }
    }
}
