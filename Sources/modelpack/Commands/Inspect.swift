import ArgumentParser
import Bundles
import Files
import Tensors

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a file or folder is.",
        discussion: """
            Bundles, GGUF files, safetensors files and Hugging Face directories are told by what is in them. A bundle \
            is checked against its index, byte by byte; who signed it is not checked.

            Examples:
              modelpack inspect home-1.0.0.modelpack
              modelpack inspect home-1.0.0.modelpack --json
              modelpack inspect Models/home-1.0.0
              modelpack inspect model.gguf --tensors
            """)

    @Argument(
        help: "A bundle, packed or unpacked; a GGUF or safetensors file; a Hugging Face directory.", completion: .file()
    )
    var path: String

    @Flag(help: "List every tensor, not layers together.")
    var tensors = false

    @OptionGroup var common: CommonOptions

    /// The kinds of things that can be inspected, asked in turn; the last takes whatever is left.
    private static let kinds: [@Sendable (String) throws -> (any Inspection)?] = [
        { try GGUFInspection(path: $0) },
        { try SafetensorsInspection(path: $0) },
        { try CheckpointInspection(path: $0) },
        {
            try refuseOthers($0)
            return try BundleInspection(path: $0)
        },
    ]

    /// Says of what is none of the kinds what it is, if it is something of ours.
    private static func refuseOthers(_ path: String) throws {
        if FileSystem.isDirectory(path) {
            if FileSystem.exists(path + "/" + BundlePath.index) { return }
            let hint =
                FileSystem.exists(path + "/device.yaml")
                ? "a device is shown by `modelpack status --root \(path)`"
                : FileSystem.exists(path + "/metadata")
                    ? "a repository is shown by `modelpack repo status \(path)`" : nil
            throw CommandError(
                status: .damaged, message: "\(path): neither an unpacked bundle nor a Hugging Face directory",
                hint: hint)
        }
        let file = try MappedFile(path: path)
        // Where a tar's first header has its magic; what is shorter has been cut off, whatever it was.
        guard file.count < 262 || file.bytes.array(257..<262) == Array("ustar".utf8) else {
            throw CommandError(
                status: .damaged, message: "\(path): neither a bundle nor a GGUF or safetensors file", hint: nil)
        }
    }

    func run() throws {
        for kind in Self.kinds {
            if let inspection = try kind(path) {
                return try common.report(inspection, text: { inspection.text(all: tensors, $0) })
            }
        }
    }
}
