import ArgumentParser
import Bundles
import Verifying

struct SmokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke",
        abstract: "Ask an unpacked bundle its smoke prompts.",
        discussion: """
            What a device does before it switches to a new version: the bundle's bytes are checked, then the prompts \
            that its suites mark as smoke are asked, and each must be answered right. Ends with 0 for yes and 1 for \
            no.

            Examples:
              modelpack smoke /var/lib/modelpack/models/home/current
            """)

    @Argument(help: "The unpacked bundle.", completion: .directory)
    var directory: String

    @Option(help: .hidden)
    var parent: Int32?
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        if let parent { try endWithParent(parent) }
        let outcome = try locating(directory) { try Verification.smoke(directory, threads: compute.threads) }
        let verdict = outcome.verdict
        // An update says by itself that all is well.
        if parent == nil || !verdict.isYes {
            try common.report(VerdictReport(verdict)) { verdict.text(of: outcome.bundle.manifest.subject, $0) }
        }
        if !verdict.isYes { throw ExitCode(ExitStatus.verdictIsNo.rawValue) }
    }
}
