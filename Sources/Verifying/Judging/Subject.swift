import Suites

/// Suites, and a model to ask them.
package struct Subject {
    package let suites: [Suite]
    package let respondent: Respondent
    /// `name-version`; nil for what has none.
    package var name: String?

    package init(suites: [Suite], respondent: Respondent, name: String? = nil) throws(SuiteError) {
        try Suite.checkDistinct(suites)
        self.suites = suites
        self.respondent = respondent
        self.name = name
    }
}

/// What a candidate must not be worse than.
package enum Baseline {
    /// A model, which is asked as the candidate is.
    case model(Subject)
    /// What was recorded of one: nothing can be asked that it wasn't asked then.
    case record(BaselineRecord)

    var suites: [Suite] {
        switch self {
        case .model(let subject): subject.suites
        case .record(let record): record.suites
        }
    }
}
