import ArgumentParser
import Bundles
import Deltas
import Files
import Glibc
import Tensors
import Verifying

struct DeltaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delta",
        abstract: "Make the difference between two models' weights, or apply one.",
        discussion: """
            A delta leads from one GGUF file to another; quantized tensors are coded against their old codes. Of a \
            bundle, packed or not, the member model/model.gguf is meant. Digests of both files are in the delta, and \
            are checked.
            """,
        subcommands: [DeltaMakeCommand.self, DeltaApplyCommand.self])
}

struct DeltaMakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Write the delta that leads from OLD to NEW.",
        discussion: """
            Examples:
              modelpack delta make home-1.0.0.modelpack home-1.1.0.modelpack home.delta
            """)

    @Argument(help: "A GGUF file or a bundle: what devices have.", completion: .file())
    var old: String

    @Argument(help: "A GGUF file or a bundle: what they are to get.", completion: .file())
    var new: String

    @Argument(help: "The delta to write.", completion: .file())
    var output: String

    @OptionGroup var common: CommonOptions

    private struct Result: Encodable {
        let path: String
        let bytes: Int
        let resultBytes: Int

        enum CodingKeys: String, CodingKey {
            case path, bytes
            case resultBytes = "result_bytes"
        }
    }

    func run() throws {
        let (base, target) = (try openWeights(old), try openWeights(new))
        var size = 0
        try writeFile(output) { file in
            try DeltaMaker(from: base, to: target).write { bytes in
                try file.write(bytes, at: size)
                size += bytes.count
            }
        }
        let result = Result(path: output, bytes: size, resultBytes: target.range.count)
        let percent = fixed(100 * Double(size) / Double(max(1, target.range.count)), 1)
        try common.report(result, text: "\(output): \(readable(size)), \(percent) % of the new weights")
    }
}

struct DeltaApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Write the new weights that DELTA makes of OLD.",
        discussion: """
            OUT appears when it is whole and its digest is the one that the delta states.

            Examples:
              modelpack delta apply home-1.0.0.modelpack home.delta model.gguf
            """)

    @Argument(help: "A GGUF file or a bundle: what the delta was made from.", completion: .file())
    var old: String

    @Argument(help: "The delta.", completion: .file())
    var delta: String

    @Argument(help: "The GGUF file to write.", completion: .file())
    var output: String

    @Option(help: "How many threads decode; all cores by default.")
    var threads: Int?

    @OptionGroup var common: CommonOptions

    private struct Result: Encodable {
        let path: String
        let bytes: Int
        let sha256: String
    }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    }

    func run() throws {
        let base = try weightBytes(old)
        let application = try DeltaApplication(delta: ModelBytes(path: delta), base: base)
        try writeFile(output) { file in
            var offset = 0
            try application.run(threads: threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { part in
                try file.write(part, at: offset)
                offset += part.byteCount
            }
        }
        let made = application.header.result
        let result = Result(path: output, bytes: made.size, sha256: made.digest.hex)
        try common.report(result, text: "\(output): \(readable(made.size)), sha256 \(made.digest.hex)")
    }
}

/// The weights of a GGUF file or a bundle.
func openWeights(_ path: String) throws -> GGUFFile {
    let bytes = try weightBytes(path)
    return try GGUFFile(file: bytes.file, range: bytes.range)
}

/// The same, not yet parsed. A bundle is checked against its index.
private func weightBytes(_ path: String) throws -> ModelBytes {
    if try isGGUF(path) { return try ModelBytes(path: path) }
    return try locating(path) {
        let location = try Bundle(path: path).location(of: BundlePath.weights)
        return ModelBytes(file: location.file, range: location.range)
    }
}

/// Writes a file that appears when it is whole.
private func writeFile(_ path: String, _ body: (borrowing OpenFile) throws -> Void) throws {
    let temporary = FileSystem.temporaryName(for: path)
    do {
        let file = try OpenFile(creating: temporary)
        try body(file)
        try file.sync()
        try FileSystem.rename(temporary, to: path)
    } catch {
        try? FileSystem.remove(temporary)
        throw error
    }
}
