import Files
import FoundationEssentials
import Signatures
import Suites

/// One model's replies in a folder, so that a run that was interrupted goes on, and a baseline is asked once.
///
/// A file of lines for each model and arithmetic, to which replies are appended as they come; a line that was cut is
/// passed over. Logits stand beside it, a file for each question, and count only where they have the reply's digest.
package final class AnswerStore: ReplyStore {
    private let folder: String
    private let lines: String
    private var replies: [Digest: Reply] = [:]
    private var room: Int

    /// Bytes of logits that are kept for one model.
    static let logitsLimit = 2 << 30

    /// - Parameter model: the digest of the weights.
    package init(folder: String, model: Digest) throws {
        let name = "\(model.hex)-arithmetic-\(Respondent.arithmetic)"
        self.folder = folder + "/" + name
        lines = folder + "/" + name + "/replies.jsonl"
        room = Self.logitsLimit
        try FileSystem.createDirectory(self.folder)
        guard FileSystem.exists(lines) else { return }
        let decoder = JSONDecoder()
        for text in try FileSystem.read(lines, limit: 1 << 30).split(separator: UInt8(ascii: "\n")) {
            guard let line = try? decoder.decode(Line.self, from: Data(text)), let key = Digest(hex: line.question),
                let reply = line.reply
            else { continue }
            replies[key] = reply
        }
        for name in try FileSystem.list(self.folder) where name.hasSuffix(".f32") {
            room -= try OpenFile(reading: self.folder + "/" + name).size()
        }
    }

    private struct Line: Codable {
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

    package func reply(to question: Question) -> Reply? { replies[question.digest] }

    package func keep(_ reply: Reply, to question: Question) throws {
        let key = question.digest
        replies[key] = reply
        let line = Line(
            question: key.hex, tokens: reply.tokens, text: reply.text, ended: reply.hasEnded,
            logits_sha256: reply.logits.hex, likelihoods: reply.likelihoods)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = try OpenFile(updating: lines)
        // It begins with a line's end, so that one that was cut before harms nothing else.
        try file.write([UInt8(ascii: "\n")] + Array(try encoder.encode(line)), at: try file.size())
    }

    private func path(_ question: Question) -> String { folder + "/" + question.digest.hex + ".f32" }

    package func logits(of reply: Reply, to question: Question) -> AnswerLogits? {
        let path = path(question)
        guard FileSystem.exists(path), let bytes = try? FileSystem.read(path, limit: Self.logitsLimit) else {
            return nil
        }
        guard Digest.sha256(bytes) == reply.logits else { return nil }
        let positions = reply.tokens.count + (reply.hasEnded ? 1 : 0)
        return AnswerLogits(tokens: reply.tokens, littleEndian: bytes, positions: positions)
    }

    package func keep(_ logits: AnswerLogits, of question: Question) throws {
        let path = path(question), bytes = logits.littleEndian
        guard bytes.count <= room, !FileSystem.exists(path) else { return }
        room -= bytes.count
        try FileSystem.replace(path, with: bytes)
    }
}
