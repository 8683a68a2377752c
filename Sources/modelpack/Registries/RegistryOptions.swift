import ArgumentParser
import Files
import FoundationEssentials
import Glibc
import Registries
import Transport

/// How a registry is spoken to.
struct RegistryOptions: ParsableArguments {
    @Flag(help: "Speak http, which others can listen to; registries on this machine are always spoken to so.")
    var plainHttp = false

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) that a registry's may be signed by, in place of the system's.", valueName: "file"),
        completion: .file())
    var authorities: String?

    func client(_ reference: Reference) throws -> RegistryClient {
        var options = HTTPOptions()
        if let authorities {
            // Read here, so that a mistake is reported as one of this machine.
            _ = try FileSystem.read(authorities)
            options.authorities = authorities
        }
        return try RegistryClient(
            reference, isPlain: plainHttp, credentials: try dockerCredentials(), options: options)
    }
}

/// What Docker's configuration says of credentials: `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`.
func dockerCredentials() throws -> Credentials {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["DOCKER_CONFIG"] ?? (environment["HOME"] ?? "") + "/.docker"
    let path = folder + "/config.json"
    guard FileSystem.exists(path) else { return .none }
    return try Credentials(
        parsing: FileSystem.read(path, limit: 1 << 20), path: path, helper: CredentialHelper.ask)
}

/// Opens a device's repository: in a registry, on a web server or in a folder.
func openRepository(_ address: String, _ options: HTTPOptions) throws -> any Source {
    guard address.hasPrefix(Reference.scheme) else { return try source(at: address, options: options) }
    let reference = try Reference(parsing: address)
    let credentials = try dockerCredentials()
    return RegistrySource(
        try RegistryClient(reference, isPlain: false, credentials: credentials, options: options))
}

/// How long to wait before a registry is asked again: 1 and 2 seconds.
func waitForRegistry(_ failures: Int) { sleep(UInt32(failures)) }
