import Inference
import Signatures

/// One question's way through a model: what has come of it so far.
final class Sitting {
    let task: AskingTask
    let prompt: [Int32]
    private let model: LanguageModel
    private var digest = DigestStream()
    private var values: [Float] = []
    private var answer: BatchAnswer?
    private var likelihoods: [String: Double] = [:]
    private var comparisons: [[TokenComparison]?]
    /// The answer's tokens so far, and for how long they have been each other answer's.
    private var sampled = 0
    private var isSame: [Bool]
    /// Follow-up readings that aren't done.
    private var left = 0

    /// What is read after the answer, and what its logits are for.
    enum Reading {
        case answer(String, tokens: [Int32])
        case other(Int)
    }

    init(_ task: AskingTask, prompt: [Int32], _ model: LanguageModel) {
        self.task = task
        self.model = model
        self.prompt = prompt
        comparisons = task.others.map { $0?.vocabulary == model.shape.vocabulary ? [] : nil }
        // What is known already isn't computed again, so nothing is compared on the way.
        isSame = task.others.map { _ in task.known == nil }
    }

    /// The request that begins it; nil where the reply is known.
    var request: BatchRequest? {
        task.known == nil ? BatchRequest(continuing: prompt, limit: task.question.maxTokens) : nil
    }

    /// Positions that it may come to take.
    func length() -> Int {
        let answers = task.question.givenAnswers.map { model.tokenizer.encode($0, parseSpecial: false).count }
        let others = task.others.map { $0?.positions ?? 0 }
        return prompt.count + ([task.question.maxTokens] + answers + others).reduce(0, max)
    }

    /// Takes the logits of the answer's next position.
    func take(_ logits: Span<Float>) {
        unsafe digest.update(logits.bytes)  // Floats have no padding.
        if task.keepsLogits { for index in logits.indices { values.append(logits[index]) } }
        for (number, other) in task.others.enumerated() where isSame[number] && comparisons[number] != nil {
            guard let other, sampled < other.positions else { continue }
            let found = compared(logits, other, sampled)
            comparisons[number]?.append(found)
            isSame[number] = found.agrees
        }
        sampled += 1
    }

    private func compared(_ logits: Span<Float>, _ other: AnswerLogits, _ position: Int) -> TokenComparison {
        let row = other.row(position)
        let token = position < other.tokens.count ? other.tokens[position] : Int32(row.indexOfMaximum)
        let text = String(decoding: model.tokenizer.decode([token]), as: UTF8.self)
        return logits.compared(with: row, token: token, text: text)
    }

    func take(_ answer: BatchAnswer) { self.answer = answer }

    /// What is to be read beside the answer.
    func readings() -> [(BatchRequest, Reading)] {
        var readings: [(BatchRequest, Reading)] = []
        if task.known == nil {
            for text in task.question.givenAnswers {
                let tokens = model.tokenizer.encode(text, parseSpecial: false)
                likelihoods[text] = 0
                let request = BatchRequest(reading: prompt + tokens.dropLast(), logitsFrom: prompt.count - 1)
                readings.append((request, .answer(text, tokens: tokens)))
            }
        }
        for (number, other) in task.others.enumerated() {
            guard let other, let done = comparisons[number]?.count, done < other.positions else { continue }
            let tokens = prompt + other.tokens.prefix(other.positions - 1)
            let request = BatchRequest(reading: tokens, logitsFrom: prompt.count - 1 + done)
            readings.append((request, .other(number)))
        }
        left = readings.count
        return readings
    }

    /// Takes the logits at `position` of a reading.
    func take(_ logits: Span<Float>, at position: Int, of reading: Reading) {
        let offset = position - (prompt.count - 1)
        switch reading {
        case .answer(let text, let tokens): likelihoods[text, default: 0] += logits.nll(of: tokens[offset])
        case .other(let number):
            guard let other = task.others[number] else { return }
            comparisons[number]?.append(compared(logits, other, offset))
        }
    }

    /// Counts a reading as done.
    func endReading() { left -= 1 }

    /// What came of it, once nothing is left to be read.
    func result() -> AskingResult? {
        guard left == 0 else { return nil }
        if let known = task.known { return AskingResult(reply: known, comparisons: comparisons) }
        guard let answer else { return nil }
        let finished = DigestStream.finished(&digest)
        let reply = Reply(
            tokens: answer.tokens, text: String(decoding: model.tokenizer.decode(answer.tokens), as: UTF8.self),
            hasEnded: answer.ending == .stop, logits: finished, likelihoods: likelihoods)
        let logits =
            task.keepsLogits
            ? AnswerLogits(
                tokens: answer.tokens, values: values, vocabulary: model.shape.vocabulary, digest: finished) : nil
        return AskingResult(reply: reply, logits: logits, comparisons: comparisons)
    }
}

extension DigestStream {
    /// The digest of a stream that is kept elsewhere; a new one takes its place.
    fileprivate static func finished(_ stream: inout DigestStream) -> Digest {
        let done = exchange(&stream, with: DigestStream())
        return done.finish()
    }
}
