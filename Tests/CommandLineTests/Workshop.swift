import Foundation
import Testing

/// What a command did.
struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// stdout as a JSON object.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }
}

/// The built command, and a folder of its own for each test.
struct Workshop {
    let folder: String

    init(_ name: String = #function) throws {
        let safe = name.filter { $0.isLetter || $0.isNumber }
        folder = NSTemporaryDirectory() + "modelpack-tests-\(getpid())-\(safe)-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Removes the folder; installed versions are read-only, so their folders are opened first.
    func close() {
        _ = try? Self.start("/bin/chmod", ["-R", "u+w", folder])
        try? FileManager.default.removeItem(atPath: folder)
    }

    subscript(name: String) -> String { folder + "/" + name }

    /// The repository's root, where models and manifests are.
    static let root: String = {
        let file = URL(fileURLWithPath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    /// The command beside the test bundle.
    static let command: String = {
        let products = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
            .deletingLastPathComponent()
        return (products ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent())
            .appendingPathComponent("modelpack").path
    }()

    func callAsFunction(_ arguments: String...) throws -> Outcome { try Self.start(Self.command, arguments) }

    func run(_ arguments: [String]) throws -> Outcome { try Self.start(Self.command, arguments) }

    /// Runs a command that has to succeed.
    @discardableResult
    func must(_ arguments: String...) throws -> Outcome {
        let outcome = try Self.start(Self.command, arguments)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private static func start(_ command: String, _ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Errors are short, so they fit in the pipe while the output is read.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let status =
            process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Outcome(
            status: status, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaint, as: UTF8.self))
    }

    /// Keys, a policy, and home-1.0.0 built and signed: `build.key build.pub policy.yaml home.modelpack`.
    func buildHome() throws {
        try must("keys", "generate", self["build"])
        try must("policy", "create", "--key", "team=" + self["build.pub"], "--output", self["policy.yaml"])
        try must(
            "build", Self.root + "/Manifests/home.yaml", "--output", self["home.modelpack"], "--key", self["build.key"])
    }
}
