import Inference
import Tensors

/// A vocabulary whose file ends with the text to encode: ids lie in the vocabulary, and decode.
func fuzzTokenizer(_ bytes: [UInt8]) throws {
    let gguf = try unsafe GGUF(parsing: bytes.span.bytes)  // Bytes have no padding.
    let tokenizer = try Tokenizer(gguf: gguf)
    let text = Array(bytes.suffix(64))
    for special in [false, true] {
        let ids = tokenizer.encode(text, parseSpecial: special)
        law(ids.allSatisfy { 0 <= $0 && Int($0) < tokenizer.count }, "ids are tokens")
        _ = tokenizer.decode(tokenizer.delimited(ids), special: special, isWhole: true)
    }
}
