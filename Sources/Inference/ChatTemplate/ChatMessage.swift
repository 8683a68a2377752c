/// One turn of a conversation, of text alone.
package struct ChatMessage: Codable, Hashable, Sendable {
    package let role: String
    package let content: String

    package init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}
