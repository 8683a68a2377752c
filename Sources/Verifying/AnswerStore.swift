import Files
import FoundationEssentials
import Inference
import Signatures
import Suites

/// One model's replies in a folder, so that a run that was interrupted goes on, and a baseline is asked once.
///
/// Replies, and comparisons with other models' answers, are lines that are added as they come; one that was cut is passed
/// over. Logits stand beside them, a file for each question, and count only where they have the reply's digest.
package final class AnswerStore: ReplyStore {
    private let folder: String
    private var replies: [Digest: Reply] = [:]
    private var comparisons: [ComparisonLine.Key: [TokenComparison]] = [:]
    private var room: Int

    /// Bytes of logits that are kept for one model.
    static let logitsLimit = 2 << 30

    /// - Parameter model: the digest of the weights.
    package init(folder: String, model: Digest) throws {
        self.folder = folder + "/\(model.hex)-arithmetic-\(Respondent.arithmetic)"
        room = Self.logitsLimit
        try FileSystem.createDirectory(self.folder)
        for line in try lines(ReplyLine.self) {
            guard let key = Digest(hex: line.question), let reply = line.reply else { continue }
            replies[key] = reply
        }
        for line in try lines(ComparisonLine.self) { comparisons[line.key] = line.tokens }
        for name in try FileSystem.list(self.folder) where name.hasSuffix(".f32") {
            room -= try OpenFile(reading: self.folder + "/" + name).size()
        }
    }

    // MARK: Lines

    private func lines<Line: StoredLine>(_: Line.Type) throws -> [Line] {
        let path = folder + "/" + Line.file
        guard FileSystem.exists(path) else { return [] }
        let decoder = JSONDecoder()
        return try FileSystem.read(path, limit: 1 << 30).split(separator: UInt8(ascii: "\n")).compactMap {
            try? decoder.decode(Line.self, from: Data($0))
        }
    }

    private func add<Line: StoredLine>(_ line: Line) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = try OpenFile(updating: folder + "/" + Line.file)
        // It begins with a line's end, so that one that was cut before harms nothing else.
        try file.write([UInt8(ascii: "\n")] + Array(try encoder.encode(line)), at: try file.size())
    }

    package func reply(to question: Question) -> Reply? { replies[question.digest] }

    package func keep(_ reply: Reply, to question: Question) throws {
        let key = question.digest
        replies[key] = reply
        try add(
            ReplyLine(
                question: key.hex, tokens: reply.tokens, text: reply.text, ended: reply.hasEnded,
                logits_sha256: reply.logits.hex, likelihoods: reply.likelihoods))
    }

    package func comparison(of question: Question, with other: AnswerLogits) -> [TokenComparison]? {
        comparisons[.init(question: question.digest.hex, other: other.digest.hex)]
    }

    package func keep(_ comparison: [TokenComparison], of question: Question, with other: AnswerLogits) throws {
        let key = ComparisonLine.Key(question: question.digest.hex, other: other.digest.hex)
        guard comparisons[key] == nil else { return }
        comparisons[key] = comparison
        try add(ComparisonLine(key: key, tokens: comparison))
    }

    // MARK: Logits

    private func path(_ question: Question) -> String { folder + "/" + question.digest.hex + ".f32" }

    package func logits(of reply: Reply, to question: Question) -> AnswerLogits? {
        let path = path(question)
        guard FileSystem.exists(path), let bytes = try? FileSystem.read(path, limit: Self.logitsLimit) else {
            return nil
        }
        guard Digest.sha256(bytes) == reply.logits else { return nil }
        let positions = reply.tokens.count + (reply.hasEnded ? 1 : 0)
        return AnswerLogits(tokens: reply.tokens, littleEndian: bytes, positions: positions, digest: reply.logits)
    }

    package func keep(_ logits: AnswerLogits, of question: Question) throws {
        let path = path(question), bytes = logits.littleEndian
        guard bytes.count <= room, !FileSystem.exists(path) else { return }
        room -= bytes.count
        try FileSystem.replace(path, with: bytes)
    }
}

/// What a line of one of the store's files holds.
private protocol StoredLine: Codable {
    static var file: String { get }
}

private struct ReplyLine: StoredLine {
    static let file = "replies.jsonl"

    let question: String
    let tokens: [Int32]
    let text: String
    let ended: Bool
    let logits_sha256: String
    let likelihoods: [String: Double]

    var reply: Reply? {
        Digest(hex: logits_sha256).map {
            Reply(tokens: tokens, text: text, hasEnded: ended, logits: $0, likelihoods: likelihoods)
        }
    }
}

private struct ComparisonLine: StoredLine {
    static let file = "comparisons.jsonl"

    struct Key: Hashable, Codable {
        let question: String
        /// The digest of the other answer's logits.
        let other: String
    }

    let key: Key
    let tokens: [TokenComparison]
}
