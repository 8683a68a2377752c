import Inference

/// A question to a model, and what else is wanted of it.
package struct AskingTask: Sendable {
    package let question: Question
    /// The reply, where it is known already.
    package var known: Reply?
    /// Other models' answers, whose tokens are to be compared.
    package var others: [AnswerLogits?] = []
    package var keepsLogits = false

    package init(_ question: Question, known: Reply? = nil, others: [AnswerLogits?] = [], keepsLogits: Bool = false) {
        self.question = question
        self.known = known
        self.others = others
        self.keepsLogits = keepsLogits
    }
}

/// What came of a task.
package struct AskingResult: Sendable, Equatable {
    package let reply: Reply
    /// Where they are to be kept, and were computed.
    package var logits: AnswerLogits?
    /// For each of the other models' answers, its tokens; nil where the two can't be compared.
    package var comparisons: [[TokenComparison]?] = []

    package init(reply: Reply, logits: AnswerLogits? = nil, comparisons: [[TokenComparison]?] = []) {
        self.reply = reply
        self.logits = logits
        self.comparisons = comparisons
    }
}
