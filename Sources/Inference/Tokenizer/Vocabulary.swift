/// A model's tokens: their texts, what they are for, and how to find them.
struct Vocabulary: Sendable {
    let tokens: ByteStrings
    private(set) var types: [TokenType]
    private let index: ByteStringIndex
    /// The length of the longest text, in bytes.
    let longest: Int

    /// The most tokens, and the most merges, that are accepted.
    static let limit = 1 << 22

    /// `types` has one for each token, or is empty if all are normal.
    init(_ tokens: ByteStrings, types: [TokenType]) throws(TokenizerError) {
        guard tokens.count <= Self.limit else { throw .tooMany("tokens", limit: Self.limit, found: tokens.count) }
        guard types.isEmpty || types.count == tokens.count else {
            throw .typeCount(tokens: tokens.count, types: types.count)
        }
        self.tokens = tokens
        self.types = types.isEmpty ? [TokenType](repeating: .normal, count: tokens.count) : types
        index = ByteStringIndex(tokens)
        longest = (0..<tokens.count).reduce(0) { max($0, tokens.range($1).count) }
    }

    var count: Int { tokens.count }

    func find(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { index.find(bytes, range, among: tokens) }

    func find(_ text: [UInt8]) -> Int32? { find(text, 0..<text.count) }

    func find(_ text: String) -> Int32? { find(Array(text.utf8)) }

    mutating func set(_ token: Int32, _ type: TokenType) { types[Int(token)] = type }

    func type(_ token: Int32) -> TokenType { types[Int(token)] }
}
