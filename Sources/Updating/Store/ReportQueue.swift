import Files
import FoundationEssentials

/// What the owner lets a device tell: a line of its history, and the name that the owner gave it, if any.
package struct Report: Codable, Equatable, Sendable {
    package let label: String?
    package let at: String
    package let model: String
    package let event: String
    package let version: String?
    package let reason: String?

    init(_ entry: HistoryEntry, label: String?) {
        self.label = label
        at = entry.at
        model = entry.model
        event = entry.event
        version = entry.version
        reason = entry.reason
    }
}

/// `reports.jsonl`: what waits to be sent, oldest first.
package struct ReportQueue {
    private let path: String
    /// A device that is offline for years keeps the newest.
    private static let limit = 1000

    package init(_ path: String) {
        self.path = path
    }

    package var waiting: [Report] {
        guard let bytes = try? FileSystem.read(path, limit: 16 << 20) else { return [] }
        return bytes.split(separator: 0x0A).compactMap { try? JSONDecoder().decode(Report.self, from: Data($0)) }
    }

    /// The bytes of one report, as they are sent.
    package static func encoded(_ report: Report) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(report))
    }

    package func add(_ report: Report) throws {
        try replace(with: waiting + [report])
    }

    /// Sends what waits, in order, and forgets what has arrived; returns why it stopped, where it did.
    package func send(_ post: ([UInt8]) throws -> Void) throws -> (any Error)? {
        var rest = waiting[...]
        var problem: (any Error)?
        while let report = rest.first, problem == nil {
            do {
                try post(try Self.encoded(report))
                rest.removeFirst()
            } catch {
                problem = error
            }
        }
        try replace(with: Array(rest))
        return problem
    }

    private func replace(with reports: [Report]) throws {
        if reports.isEmpty, !FileSystem.exists(path) { return }
        var lines: [UInt8] = []
        for report in reports.suffix(Self.limit) { lines += try Self.encoded(report) + [0x0A] }
        try FileSystem.replace(path, with: lines)
    }
}
