import ArgumentParser
import Bundles
import Files
import FoundationEssentials
import Publishing
import Signatures
import Trust
import Verifying

struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Put a bundle into a repository and offer it in a channel.",
        discussion: """
            Needs the keys of targets, the channel, snapshot and timestamp, never root's; for a bundle that is there \
            already, not targets'. The bundle must be signed as the repository's policy demands, and be no worse than \
            what the channel offers now; with --step-back, than what it offers below the bundle's version. Published \
            again, a bundle puts back what is missing of it or damaged in targets/.

            With --delta-from N devices that have one of the N newest other versions fetch a delta in place of the \
            weights; for a bundle that is there already, deltas that are lacking are made.

            With --to the repository is then pushed to a bucket or a registry, as `push` does it.

            Examples:
              modelpack publish home-1.1.0.modelpack --repo repository --keys keys \\
                --channel stable --rollout 5%
              modelpack publish home-1.1.0.modelpack --repo repository --keys keys \\
                --channel stable
              modelpack publish home-1.1.0.modelpack --repo repository --keys keys \\
                --channel stable --delta-from 2
              modelpack publish home-1.1.0.modelpack --repo repository --keys keys \\
                --channel stable --to s3://example-models/fleet
            """)

    @Argument(help: "The bundle.", completion: .file())
    var bundle: String

    @OptionGroup var repository: RepositoryOptions

    @Option(help: "The channel that offers it, such as stable.")
    var channel: String

    @Option(help: "The part of the devices that gets it, in percent, with up to two decimals.")
    var rollout: Percentage = Percentage(value: 100)

    @Option(help: "Who must have signed the bundle; the repository's policy where not given.", completion: .file())
    var policy: String?

    @Option(help: "Publish whatever the verdict is; the reason is logged.")
    var force: String?

    @Option(name: .customLong("not-before"), help: "When devices may install it, as 2027-01-31T22:00:00Z.")
    var notBefore: Moment?

    @Flag(name: .customLong("step-back"), help: "Let devices with a newer version go back to this one.")
    var stepBack = false

    @Option(
        name: .customLong("delta-from"),
        help: ArgumentHelp("Make deltas from this many of the newest other versions.", valueName: "n"))
    var deltaFrom = 0

    @Option(help: "Where the repository is pushed to once it is changed: s3://BUCKET[/PREFIX], or HOST/REPOSITORY:TAG.")
    var to: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...DeltaList.limit).contains(deltaFrom) else {
            throw ValidationError("--delta-from takes a number from 0 to \(DeltaList.limit)")
        }
    }

    func run() async throws {
        // What is wrong with it is said before anything is published.
        let destination = try to.map { try Destination($0, registry) }
        let offer = try Offer(channel: channel, percent: rollout.value, notBefore: notBefore, stepBack: stepBack)
        let own = try policy.map { path in
            try PolicyDocument(parsing: FileSystem.read(path, limit: 1 << 20), file: path).policy
        }
        // A slip in a channel's name would found one.
        if let channels = try? RepositoryStatus(repository.folder, now: Date()).channels.keys.sorted(),
            !channels.isEmpty, !channels.contains(channel)
        {
            let meant = suggestion(for: channel, among: channels).map { "; " + $0 } ?? ""
            common.note("note: \(channel) is a new channel\(meant)")
        }
        var publication = Publication(
            folder: repository.folder, keys: try repository.openKeys(),
            offer: offer, policy: own, force: force)
        publication.deltaCount = deltaFrom
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let published = try await publication.run(bundle: bundle, now: Date(), salt: salt, judge: Self.judge)
        for reason in published.against.firstFew(of: bundle) { common.note("forced, against: \(reason)") }
        for path in published.restored { common.note("put back targets/\(path)") }
        for path in published.missing { common.note("still missing: targets/\(path); --delta-from makes deltas again") }
        for path in published.made { common.note("made \(path)") }
        for delta in published.deltas { common.note("made a delta from \(delta.from): \(readable(delta.bytes))") }
        for waiting in published.waiting { common.note(waiting.text) }
        try common.noteExpired(in: repository.folder)
        let text =
            published.waiting.isEmpty
            ? "\(channel) offers \(published.name) \(published.version) to \(Percentage(value: published.percent).text) of the devices"
            : "nothing is published until `modelpack repo sign` adds the signatures that are lacking"
        var pushed: PushReport?
        if published.waiting.isEmpty, let destination {
            do {
                pushed = try destination.push(repository: repository.repo, common)
            } catch let error as any Explained {
                throw CommandError(
                    status: error.status, message: "\(text), in \(repository.repo) only: \(error.message)",
                    hint: error.hint)
            }
        }
        try common.report(
            Result(published: published, pushed: pushed), text: text + (pushed.map { "\n" + $0.text } ?? ""))
    }

    private struct Result: Encodable {
        let published: Published
        let pushed: PushReport?

        enum CodingKeys: CodingKey { case pushed }

        /// The keys of what was published, and one more.
        func encode(to encoder: any Encoder) throws {
            try published.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(pushed, forKey: .pushed)
        }
    }

    /// Asks whether the bundle is good enough to take the place of `baseline`, the channel's current release.
    ///
    /// The reasons against it; publishing refuses when there are any, unless forced.
    @Sendable
    private static func judge(bundle: String, baseline: String?) async throws -> [String] {
        var verification = Verification(threads: availableCores)
        verification.baseline = baseline
        let opened = try locating(bundle) { try Bundle(path: bundle) }
        return try verification.verdict(on: opened).reasons.map(\.words)
    }
}

/// A percentage on the command line: `5`, `5%` or `0.25%`.
struct Percentage: ExpressibleByArgument {
    let value: Double

    init(value: Double) { self.value = value }

    init?(argument: String) {
        let number = argument.hasSuffix("%") ? argument.dropLast() : argument[...]
        guard let value = Double(number), (0...100).contains(value), abs(value * 100 - (value * 100).rounded()) < 1e-9
        else {
            return nil
        }
        self.value = value
    }

    var defaultValueDescription: String { text }

    /// As people write it: `5%`.
    var text: String { Channel.words(percent: value) }
}

extension Moment: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
