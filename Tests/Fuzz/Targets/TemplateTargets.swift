import Inference

/// A chat template's text alone.
func fuzzTemplate(_ bytes: [UInt8]) throws {
    _ = try ChatTemplate(parsing: String(decoding: bytes, as: UTF8.self))
}

/// A template over a conversation, within the limits of rendering.
func fuzzRender(_ bytes: [UInt8]) throws {
    let template = try ChatTemplate(parsing: String(decoding: bytes, as: UTF8.self))
    var input = ChatInput([
        ChatMessage(role: "system", content: "Be brief."), ChatMessage(role: "user", content: " h\u{E9}llo \n1.5 "),
        ChatMessage(role: "assistant", content: ""),
    ])
    input.bos = "<s>"
    input.eos = "</s>"
    law(try template.render(input).utf8.count <= 16 << 20, "a prompt is bounded")
}
