import Files
import FoundationEssentials

/// What stays of a verdict: a line of JSON in `<folder>/<model>.jsonl`, the newest last.
package struct VerdictRecord: Codable, Sendable, Equatable {
    package let version: String
    package let contentSHA256: String
    package let isYes: Bool
    /// From 0 to 1; nil without prompts.
    package let passRate: Double?
    /// Mean KL divergence from the reference, or else from the baseline, in nats.
    package let divergence: Double?
    package let perplexity: Double?
    /// Bytes of the weights' file.
    package let size: Int?
    package let tokensPerSecond: Double?

    enum CodingKeys: String, CodingKey {
        case version, divergence, perplexity
        case contentSHA256 = "content_sha256"
        case isYes = "yes"
        case passRate = "pass_rate"
        case size = "size_bytes"
        case tokensPerSecond = "tokens_per_second"
    }

    package init(_ verdict: Verdict, version: String, contentSHA256: String) {
        self.version = version
        self.contentSHA256 = contentSHA256
        isYes = verdict.isYes
        passRate = verdict.prompts.isEmpty ? nil : verdict.rates.first { $0.tag == nil }?.share.value
        let compared = verdict.comparisons.filter { !$0.prompts.isEmpty }
        let nearest = compared.last { $0.other == .reference } ?? compared.last
        divergence = nearest?.divergences.first { $0.tag == nil }?.mean.value
        perplexity = verdict.text?.perplexity
        size = verdict.resources?.size
        tokensPerSecond = verdict.resources?.tokensPerSecond
    }

    /// Adds this record to those of the model, and returns them all. One on the same bundle takes its place: what is
    /// verified twice is one release.
    package func add(to folder: String, model: String) throws -> [VerdictRecord] {
        try FileSystem.createDirectory(folder)
        let path = folder + "/" + model + ".jsonl"
        var records = try Self.read(path).filter { $0.contentSHA256 != contentSHA256 }
        records.append(self)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines: [UInt8] = []
        for record in records { lines += try encoder.encode(record) + [UInt8(ascii: "\n")] }
        try FileSystem.replace(path, with: lines)
        return records
    }

    private static func read(_ path: String) throws -> [VerdictRecord] {
        guard FileSystem.exists(path) else { return [] }
        let lines = try FileSystem.read(path, limit: 64 << 20).split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().map { index, line in
            guard let record = try? JSONDecoder().decode(VerdictRecord.self, from: Data(line)) else {
                throw VerifyingError.malformedHistory(path: path, line: index + 1)
            }
            return record
        }
    }
}
