import Configuration
import Files
import FoundationEssentials
import Registries
import Signatures
import Transport

/// What a device's owner sets: `device.yaml`.
package struct DeviceConfiguration: Equatable, Sendable {
    /// `https://`, `http://` or a folder.
    package var repository: String
    package var channel: String
    /// 16 random bytes, which never leave the device.
    package var id: [UInt8]
    package var confirm = Confirm.smoke
    package var check = Check()
    package var limits = Limits()
    package var automatic = Automatic.all
    package var schedule = Schedule()
    /// How many versions stay to go back to, beside the one in use.
    package var keep = 1
    /// What the apps here can run models with; nil where the owner doesn't say, and then nothing is refused for it.
    package var runtimes: [String]?
    package var reports: Reporting?
    /// Other addresses of the same repository, asked in turn where one fails.
    package var mirrors: [String] = []
    package var network = Network()

    /// How this device reaches repositories.
    package struct Network: Equatable, Sendable {
        /// `http://HOST:PORT` or `socks5h://HOST:PORT`.
        package var proxy: String?
        /// PEM files: what this device shows to servers that ask, and whose word on servers it takes.
        package var identity: HTTPOptions.Identity?
        package var authorities: String?
        /// Fetched bytes cost money.
        package var metered = false
    }

    /// Who has the last word on a new version.
    package enum Confirm: String, Sendable {
        /// The smoke test.
        case smoke
        /// The app, by `confirm`, after the smoke test.
        case app
    }

    /// Limits of the smoke test and of the trial.
    package struct Check: Equatable, Sendable {
        /// The app's own test, with its arguments; it is told the folder of the version.
        package var command: [String] = []
        package var seconds = 600
        /// Mebibytes of memory, without what is mapped from files.
        package var memory = 2048
        /// How many failures of a check, or runs after the deadline, until a version is given up.
        package var attempts = 1
        /// Hours that the app may take to confirm.
        package var hours = 24
    }

    package struct Limits: Equatable, Sendable {
        /// Kibibytes a second.
        package var rate: Int?
        package var connectSeconds = 20
        package var stallSeconds = 30
        /// Until a repository that failed is asked once more; twice as long each time.
        package var retrySeconds = 1
    }

    package init(repository: String, channel: String, id: [UInt8]) {
        self.repository = repository
        self.channel = channel
        self.id = id
    }

    /// How to talk to the repository.
    package var httpOptions: HTTPOptions {
        var options = HTTPOptions()
        options.connectSeconds = limits.connectSeconds
        options.stallSeconds = limits.stallSeconds
        options.bytesPerSecond = limits.rate.map { $0 << 10 }
        options.proxy = network.proxy
        options.identity = network.identity
        options.authorities = network.authorities
        // A transfer that is held back isn't one that stalls.
        if let rate = options.bytesPerSecond {
            options.stallBytesPerSecond = min(options.stallBytesPerSecond, rate / 2)
        }
        return options
    }
}

extension DeviceConfiguration {
    /// Reads `device.yaml`.
    package init(parsing text: String, file: String) throws(ConfigurationError) {
        var map = try YAMLDocument(parsing: text, file: file).root.mapping()
        repository = try map.required("repository").string()
        channel = try map.required("channel").string()
        let idNode = try map.required("id")
        guard let id = [UInt8](lowercaseHex: try idNode.string()), id.count == 16 else {
            throw idNode.invalid(expected: "32 hexadecimal digits")
        }
        self.id = id
        if let node = map.optional("confirm") {
            guard let confirm = Confirm(rawValue: try node.string()) else {
                throw node.invalid(expected: "smoke or app")
            }
            self.confirm = confirm
        }
        if var map = try map.optional("check")?.mapping() {
            if let node = map.optional("command") {
                check.command = try node.strings()
                guard check.command.first?.hasPrefix("/") == true else {
                    throw node.invalid(expected: "a list: the program's absolute path, then its arguments")
                }
            }
            if let node = map.optional("seconds") { check.seconds = try node.integer(in: 1...86_400) }
            if let node = map.optional("memory") { check.memory = try node.integer(in: 16...(1 << 30)) }
            if let node = map.optional("attempts") { check.attempts = try node.integer(in: 1...1000) }
            if let node = map.optional("hours") { check.hours = try node.integer(in: 0...87_600) }
            try map.finish()
        }
        if var map = try map.optional("limits")?.mapping() {
            if let node = map.optional("rate") { limits.rate = try node.integer(in: 1...(1 << 30)) }
            if let node = map.optional("connect_seconds") { limits.connectSeconds = try node.integer(in: 1...3600) }
            if let node = map.optional("retry_seconds") { limits.retrySeconds = try node.integer(in: 0...3600) }
            if let node = map.optional("stall_seconds") { limits.stallSeconds = try node.integer(in: 1...3600) }
            try map.finish()
        }
        mirrors = try map.optional("mirrors")?.strings() ?? []
        if var map = try map.optional("network")?.mapping() {
            try readNetwork(&map)
            try map.finish()
        }
        try readOwnersWishes(&map)
        try map.finish()
    }

    /// `network: {proxy, certificate, key, authorities, limit_rate, metered}`.
    private mutating func readNetwork(_ map: inout YAMLMapping) throws(ConfigurationError) {
        network.proxy = try map.optional("proxy")?.string()
        network.authorities = try map.optional("authorities")?.string()
        network.metered = try map.optional("metered")?.boolean() ?? false
        if let node = map.optional("limit_rate") { limits.rate = try node.integer(in: 1...(1 << 30)) }
        let (certificate, key) = (map.optional("certificate"), map.optional("key"))
        if let certificate {
            let path = try certificate.string()
            network.identity = .init(certificate: path, key: try key?.string() ?? path)
        } else if let key {
            throw key.invalid(expected: "a certificate beside it")
        }
    }

    /// Reads the file at `path`.
    package init(path: String) throws {
        try self.init(parsing: String(decoding: try FileSystem.read(path, limit: 1 << 20), as: UTF8.self), file: path)
    }

    /// Reads a device's own; throws `noDevice` where there is none.
    package init(existing layout: DeviceLayout) throws {
        guard FileSystem.exists(layout.configuration) else { throw UpdateError.noDevice(root: layout.root) }
        try self.init(path: layout.configuration)
    }

    /// An address, or a folder's path as it holds wherever later runs start. Throws for a registry's without a tag.
    package static func place(_ repository: String) throws(RegistryError) -> String {
        if repository.hasPrefix(Reference.scheme), try Reference(parsing: repository).tag == nil {
            throw .noTag(repository)
        }
        if repository.contains("://") || repository.hasPrefix("/") { return repository }
        return FileManager.default.currentDirectoryPath + "/" + repository
    }

    /// A new device's `device.yaml`, for its owner to go on with.
    package var initialText: String {
        """
        repository: \(Self.quoted(repository))
        channel: \(Self.quoted(channel))
        # Decides about partial rollouts; never sent anywhere.
        id: \(Self.quoted(id.lowercaseHex))
        # smoke: a version that passes its smoke test is confirmed. app: it stays on trial until `modelpack confirm`.
        confirm: \(confirm.rawValue)

        """
    }

    /// A text in double quotes, in the form that JSON and YAML share.
    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
