import ArgumentParser

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a file or folder is.",
        discussion: """
            Bundles, GGUF files, safetensors files and Hugging Face directories are told by what is in them.
            A bundle is checked against its index, byte by byte; who signed it is not checked.

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
        { try BundleInspection(path: $0) },
    ]

    func run() throws {
        for kind in Self.kinds {
            if let inspection = try kind(path) {
                return try common.report(inspection, text: { inspection.text(all: tensors, $0) })
            }
        }
    }
}
