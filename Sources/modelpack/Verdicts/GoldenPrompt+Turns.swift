import JSONText
import Suites

extension GoldenPrompt.Input {
    /// What was said, by whom; one turn of the user's for plain text.
    var turns: [(role: String, text: String)] {
        guard case .conversation(let conversation) = self else {
            if case .text(let text) = self { return [("user", text)] }
            return []
        }
        let messages = (try? JSON(parsing: Array(conversation.messages.utf8)))?.array ?? []
        return messages.map { message in
            // A turn of calls has no text; a content of parts stands as it is.
            let content = message["content"] ?? .null
            return (message["role"]?.string ?? "", content.string ?? (content.isNull ? message.text : content.text))
        }
    }

    /// The user's last words.
    var asked: String {
        let turns = turns
        return (turns.last { $0.role == "user" } ?? turns.last)?.text ?? ""
    }
}
