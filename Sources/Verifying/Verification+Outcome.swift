import Bundles

extension Verification {
    /// What a verification came to: a yes, or a no with its reasons.
    ///
    /// Encodes as what `modelpack verify --json` prints; docs/schemas/verdict.schema.json describes it.
    public struct Outcome: Encodable, Sendable {
        package let bundle: Bundle
        /// The names of the keys and the subjects of the certificates that signed; none where nobody asked.
        public let signers: [String]
        package var verdict: Verdict
        /// What the bundle would be as a baseline; nil where the weights are not what was built.
        package let record: BaselineRecord?

        /// The model's name.
        public var name: String { bundle.manifest.name }
        /// The version, as 1.2.3.
        public var version: String { bundle.manifest.version.text }
        /// The digest of the bundle's index, in hex: what it is, whatever it calls itself.
        public var contentSHA256: String { bundle.contentDigest.hex }

        /// Whether the model is what was built, and good enough.
        public var isYes: Bool { verdict.isYes }
        /// Why it isn't, the worst first; none where it is.
        public var reasons: [VerdictReason] { verdict.reasons.map(VerdictReason.init) }
        /// How many prompts were asked.
        public var asked: Int { verdict.prompts.count }
        /// How many of them were answered right.
        public var right: Int { verdict.prompts.count(where: \.passes) }

        private enum CodingKeys: String, CodingKey {
            case name, signers
            case contentSHA256 = "content_sha256"
        }

        /// Writes the whole verdict, prompts, figures and comparisons included.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(bundle.manifest.subject, forKey: .name)
            try container.encode(contentSHA256, forKey: .contentSHA256)
            try container.encode(signers, forKey: .signers)
            try VerdictReport(verdict).encode(to: encoder)
        }
    }
}
