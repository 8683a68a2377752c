import Files
import FoundationEssentials

/// A line of `history.jsonl`: what happened, when and why.
package struct HistoryEntry: Codable, Equatable, Sendable {
    /// UTC, as 2026-08-01T12:00:00Z.
    package let at: String
    package let model: String
    package let event: String
    package let version: String?
    package let reason: String?

    package init(at: Date, model: String, event: String, version: String?, reason: String? = nil) {
        self.at = at.formatted(.iso8601)
        self.model = model
        self.event = event
        self.version = version
        self.reason = reason
    }

    init(_ event: ModelEvent, of model: String, before: ModelState, at: Date) {
        var version: String?
        var reason: String?
        let word: String
        switch event {
        case .staged(let release): (word, version) = ("staged", release.version)
        case .discarded: (word, version) = ("discarded", before.staged?.version)
        case .installed(let release): (word, version) = ("installed", release.version)
        case .tried(let release, _, _): (word, version) = ("on trial", release.version)
        case .confirmed: (word, version) = ("confirmed", before.trial?.release.version)
        case .refused(let release, let why): (word, version, reason) = ("refused", release.version, why)
        case .undecided(let release, _, let why): (word, version, reason) = ("undecided", release.version, why)
        case .overdue: (word, version) = ("overdue", before.trial?.release.version)
        case .rolledBack: (word, version) = ("rolled back", before.active?.version)
        case .lost(let lost): (word, version) = ("lost", lost)
        case .unblocked(let unblocked): (word, version) = ("unblocked", unblocked)
        case .pinned(let wanted): (word, version) = ("pinned", wanted)
        case .unpinned: (word, version) = ("unpinned", before.pinned)
        case .collected(let collected): (word, version) = ("collected", collected)
        case .offered(let offer?): (word, version, reason) = ("waits", offer.version, offer.waits)
        case .offered(nil): (word, version) = ("no longer waits", before.offer?.version)
        }
        self.init(at: at, model: model, event: word, version: version, reason: reason)
    }
}

/// `history.jsonl`: for people to read, never to decide from.
package struct History {
    private let path: String
    private static let newline: UInt8 = 0x0A

    package init(_ path: String) {
        self.path = path
    }

    /// Adds a line, durably; one that a power cut left unfinished is closed first.
    package func append(_ entry: HistoryEntry) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var line = Array(try encoder.encode(entry)) + [Self.newline]
        let file = try OpenFile(updating: path)
        let size = try file.size()
        if size > 0, try file.read(1, at: size - 1) != [Self.newline] { line.insert(Self.newline, at: 0) }
        try file.write(line, at: size)
        try file.sync()
    }

    /// The lines, oldest first, without those that a power cut left unfinished.
    package func entries() throws(FileError) -> [HistoryEntry] {
        guard FileSystem.exists(path) else { return [] }
        let lines = try FileSystem.read(path, limit: 1 << 30).split(separator: Self.newline)
        return lines.compactMap { try? JSONDecoder().decode(HistoryEntry.self, from: Data($0)) }
    }
}
