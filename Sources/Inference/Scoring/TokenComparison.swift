/// What a model thinks of one token of another model's answer, beside what that one thinks.
package struct TokenComparison: Sendable, Equatable, Codable {
    /// The other model's token.
    package let token: Int32
    /// Its text; bytes that are no UTF-8 by themselves replaced by U+FFFD.
    package let text: String
    /// The Kullback–Leibler divergence from the other's distribution, in nats.
    package let divergence: Double
    /// Whether both find the same token likeliest.
    package let agrees: Bool
    /// −ln of the token's probability, for this model and for the other.
    package let nll: Double
    package let otherNLL: Double

    package init(
        token: Int32, text: String, divergence: Double, agrees: Bool, nll: Double, otherNLL: Double
    ) {
        self.token = token
        self.text = text
        self.divergence = divergence
        self.agrees = agrees
        self.nll = nll
        self.otherNLL = otherNLL
    }
}

extension Span<Float> {
    /// What these logits say of `token`, −ln of its probability.
    package func nll(of token: Int32) -> Double { logSumExp - Double(self[Int(token)]) }

    /// These logits beside another model's for the same place, who says `token` there.
    package func compared(with other: Span<Float>, token: Int32, text: String) -> TokenComparison {
        TokenComparison(
            token: token, text: text, divergence: other.divergence(of: self),
            agrees: indexOfMaximum == other.indexOfMaximum, nll: nll(of: token), otherNLL: other.nll(of: token))
    }
}
