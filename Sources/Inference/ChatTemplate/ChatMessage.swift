/// One turn of a conversation, of text alone.
public struct ChatMessage: Codable, Hashable, Sendable {
    /// Who speaks: `system`, `user` or `assistant`.
    public let role: String
    /// What is said.
    public let content: String

    /// A turn of the one who has this role.
    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}
