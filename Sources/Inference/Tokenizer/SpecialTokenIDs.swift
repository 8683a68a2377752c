/// The tokens that a GGUF file names by key.
package struct SpecialTokenIDs: Sendable {
    package var bos: Int32?
    package var eos: Int32?
    package var unknown: Int32?
    /// The ends of a turn and of a message.
    package var eot: Int32?
    package var eom: Int32?
    var fillPrefix: Int32?
    var fillSuffix: Int32?
    var fillMiddle: Int32?
    var fillPadding: Int32?
    var fillRepository: Int32?
    var fillSeparator: Int32?

    package init(bos: Int32? = nil, eos: Int32? = nil) {
        self.bos = bos
        self.eos = eos
    }

    /// Where each stands under `tokenizer.ggml`; of two names for one the later counts.
    static let keys: [(name: String, path: WritableKeyPath<SpecialTokenIDs, Int32?> & Sendable)] = [
        ("bos", \.bos), ("eos", \.eos), ("eot", \.eot), ("eom", \.eom), ("unknown", \.unknown),
        ("fim_pre", \.fillPrefix), ("fim_suf", \.fillSuffix), ("fim_mid", \.fillMiddle), ("fim_pad", \.fillPadding),
        ("fim_rep", \.fillRepository), ("fim_sep", \.fillSeparator),
        ("prefix", \.fillPrefix), ("suffix", \.fillSuffix), ("middle", \.fillMiddle),
    ]
}
