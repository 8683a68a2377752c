import Files
import FoundationEssentials
import Testing

@testable import Inference

/// The home models' vocabulary, and what llama.cpp makes of some texts with it.
struct TokenizerFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let pre: String
        let text: String
        let special: Bool
        let ids: [Int32]

        var testDescription: String { "\(pre)\(special ? ", special" : ""): \(text.debugDescription)" }
    }

    let tokens: [String]
    /// How many of the first tokens are control tokens.
    let control: Int
    let merges: [String]
    let cases: [Case]

    static func load() throws -> TokenizerFixture {
        let folder = FileSystem.parent(of: FileSystem.parent(of: FileSystem.parent(of: #filePath)))
        let bytes = try FileSystem.read(folder + "/Fixtures/tokenizer/home.json")
        return try JSONDecoder().decode(TokenizerFixture.self, from: Data(bytes))
    }

    static let cases = (try? load().cases) ?? []

    func tokenizer(pre: String = "gpt-2") throws -> Tokenizer {
        let types = tokens.indices.map { $0 < control ? TokenType.control : .normal }
        return try Tokenizer(
            tokens: ByteStrings(tokens), types: types, kind: .bytePairs(merges: ByteStrings(merges), pre: pre),
            ids: SpecialTokenIDs(bos: 0, eos: 3))
    }
}
