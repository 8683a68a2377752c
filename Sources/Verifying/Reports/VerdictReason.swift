/// A reason for no, as reports give it.
public struct VerdictReason: Encodable, Equatable, Sendable {
    /// What sort of reason, a word for machines: `failed`, `broke`, `recorded_differs` and the others of
    /// docs/schemas/verdict.schema.json.
    public let kind: String
    /// The reason as one sentence.
    public let text: String
    /// The suite of the prompt that it is about.
    public let suite: String?
    /// The id of that prompt.
    public let id: String?
    /// The tag of the prompts that it is about.
    public let tag: String?

    init(_ reason: Reason) {
        kind = reason.kind
        text = reason.words
        suite = reason.prompt?.suite
        id = reason.prompt?.id
        tag = reason.tag
    }
}
