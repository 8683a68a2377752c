import ArgumentParser

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a file or folder is.",
        discussion: """
            A bundle is checked against its index, byte by byte; who signed it is not checked.

            Examples:
              modelpack inspect home-1.0.0.modelpack
              modelpack inspect home-1.0.0.modelpack --json
            """)

    @Argument(help: "A bundle, packed or unpacked.")
    var path: String

    @OptionGroup var common: CommonOptions

    /// The kinds of things that can be inspected, asked in turn; the last takes whatever is left.
    private static let kinds: [@Sendable (String) throws -> (any Inspection)?] = [
        { try BundleInspection(path: $0) }
    ]

    func run() throws {
        for kind in Self.kinds {
            if let inspection = try kind(path) { return try common.report(inspection, text: inspection.text) }
        }
    }
}
