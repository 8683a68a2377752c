import Inference
import Signatures

/// Asks a model golden prompts, each question only once.
package final class Respondent {
    /// Answers tasks, in any order; tells each one's index and result.
    package typealias Asking = ([AskingTask], _ onResult: (Int, AskingResult) throws -> Void) throws -> Void

    private let ask: Asking
    private var known: [Question: Reply] = [:]
    /// Keeps replies from run to run, where there is one.
    package var store: (any ReplyStore)?
    /// How many tokens the model knows; nil where it has no logits.
    package let vocabulary: Int?

    package init(vocabulary: Int? = nil, _ ask: @escaping Asking) {
        self.ask = ask
        self.vocabulary = vocabulary
    }

    /// Answers by a function, one question after another.
    package convenience init(answering answer: @escaping (Question) throws -> Reply) {
        self.init { tasks, onResult in
            for (index, task) in tasks.enumerated() {
                let reply = try task.known ?? answer(task.question)
                try onResult(index, AskingResult(reply: reply, comparisons: task.others.map { _ in nil }))
            }
        }
    }

    /// What is known of a question, from this run or an earlier one.
    package func reply(known question: Question) -> Reply? {
        if let reply = known[question] { return reply }
        guard let reply = store?.reply(to: question) else { return nil }
        known[question] = reply
        return reply
    }

    /// Does all tasks; what is known of them already isn't asked again.
    package func perform(_ tasks: [AskingTask], onResult: (Int, AskingResult) throws -> Void) throws {
        var left: [(index: Int, task: AskingTask)] = []
        for (index, var task) in tasks.enumerated() {
            let reply = reply(known: task.question)
            if !task.keepsLogits { task.known = reply }
            if let reply {
                let logits = task.keepsLogits ? store?.logits(of: reply, to: task.question) : nil
                let comparisons = task.others.map { other in
                    other.flatMap { store?.comparison(of: task.question, with: $0) }
                }
                let isWhole = zip(task.others, comparisons).allSatisfy { $0 == nil || $1 != nil }
                if isWhole, logits != nil || !task.keepsLogits {
                    try onResult(index, AskingResult(reply: reply, logits: logits, comparisons: comparisons))
                    continue
                }
            }
            left.append((index, task))
        }
        try ask(left.map(\.task)) { place, result in
            let (index, task) = left[place]
            if known[task.question] == nil {
                known[task.question] = result.reply
                try store?.keep(result.reply, to: task.question)
            }
            if let logits = result.logits { try store?.keep(logits, of: task.question) }
            for case (let other?, let found?) in zip(task.others, result.comparisons) {
                try store?.keep(found, of: task.question, with: other)
            }
            try onResult(index, result)
        }
    }

    /// The replies to questions, in their order; `onReply` is told how many more are there each time.
    package func replies(to questions: [Question], onReply: (Int) -> Void = { _ in }) throws -> [Reply] {
        var distinct: [Question] = []
        var seen: Set<Question> = []
        for question in questions where seen.insert(question).inserted { distinct.append(question) }
        try perform(distinct.map { AskingTask($0) }) { _, _ in onReply(1) }
        return questions.compactMap { known[$0] }
    }

    /// What the model answers to each prompt, for `golden/recorded.jsonl`.
    package func record(_ suites: [Suite]) throws -> Recording {
        let prompts = suites.flatMap { suite in suite.prompts.map { (suite.name, $0) } }
        let replies = try replies(to: prompts.map(\.1.question))
        return Recording(
            arithmetic: Respondent.arithmetic,
            entries: zip(prompts, replies).map { prompt, reply in
                Recording.Entry(suite: prompt.0, id: prompt.1.id, tokens: reply.tokens, logits: reply.logits)
            })
    }

    /// The arithmetic of this engine.
    package static let arithmetic = 1
}

/// Keeps one model's replies, how other models' answers compare with them, and logits as far as there is room.
package protocol ReplyStore {
    func reply(to question: Question) -> Reply?
    func keep(_ reply: Reply, to question: Question) throws
    func logits(of reply: Reply, to question: Question) -> AnswerLogits?
    func keep(_ logits: AnswerLogits, of question: Question) throws
    func comparison(of question: Question, with other: AnswerLogits) -> [TokenComparison]?
    func keep(_ comparison: [TokenComparison], of question: Question, with other: AnswerLogits) throws
}
