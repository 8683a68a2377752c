import JSONText
import Tensors

/// What `quantization_config` says of weights that are 8-bit floats: which blocks have a scale of their own.
///
/// These are the forms in which vLLM and Transformers read such checkpoints.
struct Float8Config {
    /// nil where a scale is for a whole row, or for the whole tensor.
    let block: BlockSize?

    /// Reads `config.json`; nil where it says nothing. Weights that are quantized in another way are refused.
    init?(_ document: SourceDocument) throws(CheckpointError) {
        guard let json = document.json["quantization_config"], !json.isNull else { return nil }
        let config = SourceDocument(json, in: document)
        try config.require("quant_method", in: Self.methods.map { .string($0) })
        switch json["quant_method"]?.string {
        case "fp8":
            try config.require("fmt", in: [.string("e4m3"), .string("e5m2")])
            block = try config.block("weight_block_size")
        case "modelopt":
            try config.require("quant_algo", in: [.string("FP8")])
            block = nil
        case "compressed-tensors":
            block = try Self.compressedBlock(config)
        default:
            block = nil
        }
        guard json["quant_method"]?.string != nil else {
            throw .missing(key: "quantization_config.quant_method", path: document.path)
        }
    }

    private static let methods = ["fp8", "fbgemm_fp8", "modelopt", "compressed-tensors"]

    /// All groups must agree: which module belongs to which is up to patterns that we don't read.
    private static func compressedBlock(_ config: SourceDocument) throws(CheckpointError) -> BlockSize? {
        try config.require("format", in: [.string("float-quantized"), .string("naive-quantized")])
        var blocks: [BlockSize?] = []
        for group in config.json["config_groups"]?.object?.members ?? [] {
            let weights = SourceDocument(group.value["weights"] ?? .null, in: config)
            try weights.require("type", in: [.string("float")])
            try weights.require("num_bits", in: [.integer(8)])
            try weights.require("strategy", in: ["tensor", "channel", "block"].map { .string($0) })
            blocks.append(try weights.block("block_structure"))
        }
        let first = blocks.first ?? nil
        guard blocks.allSatisfy({ $0 == first }) else {
            throw .unsupported(feature: "config_groups", found: "blocks of several sizes", path: config.path)
        }
        return first
    }
}

extension SourceDocument {
    /// A part of `document`, for its keys and errors that name the file.
    fileprivate init(_ part: JSON, in document: SourceDocument) {
        path = document.path
        json = part
    }

    /// Rows and columns of a block.
    fileprivate func block(_ key: String) throws(CheckpointError) -> BlockSize? {
        guard let value = json[key], !value.isNull else { return nil }
        let sizes = (value.array ?? []).compactMap(\.integer)
        guard sizes.count == 2, sizes.count == value.array?.count, sizes.allSatisfy({ $0 > 0 && $0 <= 1 << 20 }) else {
            throw .wrongValue(key: key, expected: "two whole numbers above 0", path: path)
        }
        return BlockSize(rows: sizes[0], columns: sizes[1])
    }
}
