import Files
import Inference
import Signatures

/// The text whose activations weigh what rounding costs.
package struct CalibrationText: Sendable {
    /// The file's name, without its folders.
    package let name: String
    package let digest: Digest
    private let bytes: [UInt8]

    /// The most tokens that are read.
    static let tokens = 8192
    /// Tokens in a chunk, which the model reads from an empty context.
    static let context = 512
    /// Fewer tokens than this say too little.
    static let fewest = 256

    /// Reads the text at `path`.
    package init(path: String) throws {
        self.init(try FileSystem.read(path, limit: 1 << 28), name: FileSystem.name(of: path))
    }

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
        digest = .sha256(bytes)
    }

    /// The text as the provenance names it.
    var source: SourceDigest { SourceDigest(name: "calibration/" + name, digest: digest) }

    /// What `model` reads: chunks spread evenly over the text.
    func chunks(
        for model: LanguageModel, tokens limit: Int = Self.tokens, context: Int = Self.context
    ) throws(BuildingError) -> [[Int32]] {
        let tokens = model.tokenizer.encode(bytes, parseSpecial: true)
        guard tokens.count >= Self.fewest else {
            throw .shortCalibration(name: name, tokens: tokens.count, needed: Self.fewest)
        }
        let length = min(context, model.shape.contextLength, tokens.count)
        let bos = model.tokenizer.addsBOS ? model.tokenizer.bos : nil
        return Self.starts(of: max(1, min(limit, tokens.count) / length), length: length, in: tokens.count).map {
            start in
            var chunk = Array(tokens[start..<start + length])
            if let bos { chunk[0] = bos }
            return chunk
        }
    }

    /// Where `count` chunks of `length` begin, from the first token to the last of `total`.
    static func starts(of count: Int, length: Int, in total: Int) -> [Int] {
        (0..<count).map { count == 1 ? 0 : $0 * (total - length) / (count - 1) }
    }
}
