import ArgumentParser
import Buckets
import Files
import FoundationEssentials
import Glibc
import Registries
import Transport

/// How a registry, or a bucket's service, is spoken to.
struct RegistryOptions: ParsableArguments {
    @Flag(help: "Speak http, which others can listen to; registries on this machine are always spoken to so.")
    var plainHttp = false

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) that the server's may be signed by, in place of the system's.", valueName: "file"),
        completion: .file())
    var authorities: String?

    func client(_ reference: Reference) throws -> RegistryClient {
        try RegistryClient(
            reference, isPlain: plainHttp, credentials: try dockerCredentials(), options: try httpOptions())
    }

    func client(_ address: BucketAddress) throws -> BucketClient {
        var client = try BucketClient(address, try bucketAccess(), isPlain: plainHttp, options: try httpOptions())
        client.pause = waitForBucket
        return client
    }

    private func httpOptions() throws -> HTTPOptions {
        var options = HTTPOptions()
        if let authorities {
            // Read here, so that a mistake is reported as one of this machine.
            _ = try FileSystem.read(authorities)
            options.authorities = authorities
        }
        return options
    }
}

/// What the environment and Amazon's files, `~/.aws/credentials` and `~/.aws/config`, say of buckets.
func bucketAccess() throws -> BucketAccess {
    let environment = ProcessInfo.processInfo.environment
    func file(_ variable: String, _ name: String) throws -> SettingsFile {
        let path = environment[variable] ?? (environment["HOME"] ?? "") + "/.aws/" + name
        guard FileSystem.exists(path) else { return .none }
        return try SettingsFile(parsing: FileSystem.read(path, limit: 1 << 20), path: path)
    }
    return try BucketAccess(
        environment: environment, credentials: file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        config: file("AWS_CONFIG_FILE", "config"))
}

/// What Docker's configuration says of credentials, its helpers asked.
func dockerCredentials() throws -> Credentials {
    try .docker(ProcessInfo.processInfo.environment, helper: CredentialHelper.ask)
}

/// How long to wait before a registry is asked again: 1 and 2 seconds.
func waitForRegistry(_ failures: Int) { sleep(UInt32(failures)) }

/// How long to wait before a bucket's service is asked again: 1, 2, 4 and 8 seconds.
@Sendable func waitForBucket(_ failures: Int) { sleep(1 << UInt32(failures - 1)) }
