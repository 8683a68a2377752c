import ArgumentParser
import Building
import Bundles
import Files
import FoundationEssentials
import Signatures
import Suites
import Verifying

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether a bundle is what was built, and good enough.",
        discussion: """
            Checks who signed it, every byte of it, that its model gives the outputs recorded at build time bit for \
            bit, and its golden suites. Without a gate every prompt must be answered right; with --baseline no prompt \
            may break that the baseline answers, go, or expect something else. A gate, in the manifest (the \
            baseline's, where there is one) or in a file, states other limits. With --baseline, --reference and \
            --text, the distributions are compared token by token. docs/verdict.md is the guide. Ends with 0 for yes \
            and 1 for no.

            Examples:
              modelpack verify home-1.0.0.modelpack --key build.pub
              modelpack verify home-1.2.0.modelpack --policy policy.yaml \\
                --baseline home-1.1.0.modelpack
              modelpack verify home-1.0.0.modelpack --key build.pub --gate gate.yaml \\
                --junit verdict.xml --html verdict.html --github
              modelpack verify home-1.1.0.modelpack --key build.pub \\
                --reference Models/home-1.1.0 --text corpus.txt
              modelpack verify home-1.1.0.modelpack --key build.pub \\
                --update-baseline baseline.jsonl
              modelpack verify home-1.0.0.modelpack --key build.pub \\
                --rebuild Manifests/home.yaml
              modelpack verify home-1.0.0.modelpack --root ca.pem
              modelpack verify smollm2/ --signature smollm2.sig --key maker.pub \\
                --ignore .git
            """)

    @Argument(help: "A bundle, packed or unpacked; with --signature, any folder.", completion: .file())
    var bundle: String

    @OptionGroup var trust: TrustOptions

    @Option(
        help: "A detached signature (OpenSSF Model Signing) over a plain folder; its files are checked, no more.",
        completion: .file())
    var signature: String?

    @Option(
        name: .customLong("ignore"),
        help: "A path in the folder that may be unsigned, whatever the signature says; may be given more than once.")
    var ignored: [String] = []

    @Option(
        name: .customLong("suite"), help: "One more golden suite to ask; may be given more than once.",
        completion: .file())
    var suites: [String] = []

    @Flag(
        help: "Don't compare the outputs recorded at build time; a bundle that nothing else asks isn't loaded then.")
    var skipGolden = false

    @Flag(help: "Recompute each member's digest over the whole of it, too.")
    var thorough = false

    @Option(
        help: "A bundle that this one must not be worse than, or a file written with --update-baseline.",
        completion: .file())
    var baseline: String?

    @Option(
        help: "Write what this bundle answers to a file, to be reviewed and used as a later one's --baseline.",
        completion: .file())
    var updateBaseline: String?

    @Option(
        help: "What the model was made from (a Hugging Face directory, a GGUF file or a bundle), to compare with.",
        completion: .file())
    var reference: String?

    @Option(
        help: "A text to foretell: perplexity, and divergence from the baseline and the reference.",
        completion: .file())
    var text: String?

    @Option(help: "Tokens of the text that are read at once; 512, or as many as the models can, where not given.")
    var context: Int?

    @Option(help: "Limits (YAML): pass_rate, limits, changed.", completion: .file())
    var gate: String?

    @Option(
        help: "Make the weights once more from this manifest (YAML), and compare them byte for byte.",
        completion: .file())
    var rebuild: String?

    @Option(
        help: "The anchor that the weights were built near to, where the manifest names none.", completion: .file())
    var anchor: String?

    @Option(help: "Write the verdict as JUnit XML to this file.", completion: .file())
    var junit: String?

    @Option(help: "Write the verdict as one page of HTML that needs no network to this file.", completion: .file())
    var html: String?

    @Option(
        help: "Keep a line of each verdict in this folder, and show the course over versions on the page.",
        completion: .directory)
    var history: String?

    @Flag(help: "Annotate the suites' lines on GitHub (on stderr), and add to the job's summary.")
    var github = false

    @Option(help: "Where the suites' files stand in the repository, for --github.")
    var suitesIn = "Manifests/golden"

    @Option(
        help: """
            A folder where answers are kept, so that an interrupted run goes on and a baseline is asked once. Who can \
            write there can forge a verdict.
            """)
    var cache: String?

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let rebuild = try rebuild.map { path in
            var manifest = try BuildManifest(path: path)
            if let anchor { manifest.anchor = .init(path: anchor, tolerance: manifest.anchor?.tolerance ?? .init()) }
            return try Rebuild(manifest)
        }
        let signers = try trust.signers()
        if let signature { return try verify(folder: bundle, signature, signers.policy) }
        guard ignored.isEmpty else { throw ValidationError("--ignore goes with --signature") }
        let verification = try await verification()
        let progress = Progress("asking", common, countsBytes: false)
        var asked = 0
        var outcome = try locating(bundle) {
            try verification.verify(bundle, signedBy: signers) {
                asked += $0
                progress.show(asked, of: $1)
            }
        }
        if let rebuild { try await add(rebuild, to: &outcome.verdict, of: outcome.bundle) }
        outcome.verdict.resources?.peakMemory = peakMemory
        try report(outcome)
        if !outcome.verdict.isYes { throw ExitCode(ExitStatus.verdictIsNo.rawValue) }
    }

    private func verification() async throws -> Verification {
        var verification = Verification(threads: compute.threads)
        verification.kernels = compute.kernels
        verification.suiteFiles = suites
        verification.baseline = baseline
        verification.skipsGolden = skipGolden
        verification.isThorough = thorough
        verification.cache = cache
        verification.context = context
        verification.text = try text.map { try FileSystem.read($0, limit: 1 << 30) }
        verification.gate = try gate.map { try Gate(parsing: try FileSystem.read($0, limit: 1 << 20), file: $0) }
        if let reference { verification.reference = try await openModel(reference, remarks: common.note) }
        let start = ContinuousClock.now
        verification.clock = { (ContinuousClock.now - start).seconds }
        return verification
    }

    /// Tells the verdict wherever it is wanted.
    private func report(_ outcome: Verification.Outcome) throws {
        let name = outcome.bundle.manifest.subject, verdict = outcome.verdict
        if let junit {
            let xml = JUnitReport.xml(verdict, name: name) { $0.words }
            try FileSystem.replace(junit, with: Array(xml.utf8))
        }
        let course = try history.map { folder in
            let digest = outcome.bundle.contentDigest.hex, manifest = outcome.bundle.manifest
            return try VerdictRecord(verdict, version: manifest.version.text, contentSHA256: digest)
                .add(to: folder, model: manifest.name)
        }
        if let html {
            let page = VerdictPage(name: name, signers: outcome.signers, verdict: verdict, history: course ?? [])
            try FileSystem.replace(html, with: Array(page.html.utf8))
        }
        if github {
            let report = GitHubReport(name: name, verdict: verdict, suitesFolder: suitesIn)
            report.annotations.forEach(printError)
            try report.write(to: ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"])
        }
        if let updateBaseline {
            guard let record = outcome.record else {
                throw CommandError(
                    status: .verdictIsNo, message: "\(name) is not what was built, so it is no baseline",
                    hint: "build it again")
            }
            try FileSystem.replace(updateBaseline, with: try record.encoded())
            common.note("\(updateBaseline): the answers of \(name); review what changed in it")
        }
        let signers = outcome.signers.joined(separator: ", ")
        try common.report(outcome, text: { verdict.text(of: "\(name), signed by \(signers)", $0) })
    }

    /// Makes the weights once more, beside the bundle's; no second file stays.
    private func add(_ rebuild: Rebuild, to verdict: inout Verdict, of bundle: Bundle) async throws {
        let provenance = try Provenance(parsing: try bundle.bytes(of: BundlePath.provenance))
        let rebuild = try rebuild.following(provenance)
        var comparison = try WeightsComparison(bundle)
        try await rebuild.weights(temporaryIn: temporaryFolder, threads: compute.threads) { comparison.compare($0) }
        let sources = try await rebuild.sources().map { ($0.name, $0.digest) }
        try verdict.add(
            rebuilt: comparison.reason(rebuilt: rebuild.tensors),
            from: Dictionary(sources, uniquingKeysWith: { first, _ in first }), of: bundle)
    }

    private func verify(folder: String, _ signature: String, _ policy: Policy) throws {
        let verified = try ForeignModel.verify(
            folder: folder, signaturePath: signature, policy: policy, ignoring: ignored, at: Date())
        let model = verified.value
        var text = "\(model.subject), signed by \(verified.signers.joined(separator: ", ")): "
        text += "\(count(model.files.count, "file")) whole"
        if !model.unchecked.isEmpty { text += "; \(model.unchecked.count) not checked" }
        try common.report(
            FolderResult(
                name: model.subject, signers: verified.signers, files: model.files, unchecked: model.unchecked),
            text: text)
    }

    private struct FolderResult: Encodable {
        let name: String
        let signers, files, unchecked: [String]
    }
}
