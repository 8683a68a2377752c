import ArgumentParser
import FoundationEssentials
import Publishing

extension CommonOptions {
    /// Says what of a repository has expired, for devices refuse it.
    func noteExpired(in folder: RepositoryFolder) throws {
        for role in try RepositoryStatus(folder, now: Date()).roles where role.expired {
            note("\(role.role) has expired, and devices refuse it: `modelpack repo renew` it with --role \(role.role)")
        }
    }
}

struct RepoStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show a repository's roles, their expiry, and what the channels offer.",
        discussion: """
            The keys stand there by what their identifiers begin with, as `repo rotate --remove` takes them. Ends with \
            1 where a role has expired.

            Examples:
              modelpack repo status repository
            """)

    @Argument(help: "The repository's folder.", completion: .directory)
    var folder: String

    @OptionGroup var common: CommonOptions

    func run() throws {
        let status = try RepositoryStatus(RepositoryFolder(folder), now: Date())
        try common.report(status) { Self.text(status, $0) }
        let expired = status.roles.filter(\.expired).map(\.role)
        if expired.isEmpty { return }
        let root = expired.contains("root") ? ", first with --role root and the root's keys" : ""
        common.note("hint: renew what has expired: modelpack repo renew \(folder) --keys KEYS\(root)")
        throw ExitCode(ExitStatus.verdictIsNo.rawValue)
    }

    private static func text(_ status: RepositoryStatus, _ paint: Paint) -> String {
        let rows = status.roles.map { role in
            let keys = role.keys.map { $0.prefix(16) }.joined(separator: " ")
            return [
                "\(role.role) v\(role.version)", "\(role.expired ? "EXPIRED" : "expires") \(role.expires)",
                "\(role.threshold) of \(count(role.keys.count, "key")): \(keys)",
            ]
        }
        var lines = table(rows).split(separator: "\n").map(String.init)
        for (place, role) in status.roles.enumerated() where role.expired { lines[place] = paint(lines[place], .bad) }
        for (channel, models) in status.channels.sorted(by: { $0.key < $1.key }) {
            for (model, releases) in models.sorted(by: { $0.key < $1.key }) {
                for release in releases {
                    let delay = release.notBefore.map { ", not before \($0)" } ?? ""
                    lines.append(
                        "\(channel): \(model) \(release.version) to \(Percentage(value: release.percent).text)\(delay)")
                }
            }
        }
        for draft in status.pending {
            lines.append(
                "\(draft.role) v\(draft.version) waits for signatures: \(draft.signatures.count) so far  "
                    + "sha256 \(draft.content)")
        }
        return lines.joined(separator: "\n")
    }
}
