import Files

/// SentencePiece's `tokenizer.model` (sentencepiece_model.proto), as far as BPE needs it.
struct SentencePieceModel {
    struct Piece {
        var text = ""
        var score: Float = 0
        var type = HuggingFaceTokenizer.TokenType.normal
    }

    let path: String
    private(set) var pieces: [Piece] = []
    private(set) var addsSpace = true
    /// The ids of `unk`, `bos`, `eos` and `pad`; -1 says that there is none.
    private(set) var ids: [String: Int] = ["unk": 0, "bos": 1, "eos": 2]

    private static let sizeLimit = 64 << 20

    init(_ path: String) throws {
        try self.init(parsing: try FileSystem.read(path, limit: Self.sizeLimit), path: path)
    }

    init(parsing bytes: [UInt8], path: String) throws(CheckpointError) {
        self.path = path
        var isBPE = false
        for field in try ProtobufFields(bytes[...], path: path) {
            switch field {
            case .bytes(1, let piece): pieces.append(try Self.piece(piece, path: path))
            case .bytes(2, let trainer): isBPE = try readTrainer(trainer)
            case .bytes(3, let normalizer): try readNormalizer(normalizer)
            default: continue
            }
        }
        guard isBPE else { throw .unsupported(feature: "trainer_spec.model_type", found: "not BPE", path: path) }
        ids = ids.filter { $0.value >= 0 }
    }

    private static func piece(_ bytes: ArraySlice<UInt8>, path: String) throws(CheckpointError) -> Piece {
        var piece = Piece()
        for field in try ProtobufFields(bytes, path: path) {
            switch field {
            case .bytes(1, let text):
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw .wrongValue(key: "pieces.piece", expected: "UTF-8", path: path)
                }
                piece.text = text
            case .fixed32(2, let bits): piece.score = Float(bitPattern: bits)
            case .varint(3, let number):
                guard let type = HuggingFaceTokenizer.TokenType(rawValue: Int32(truncatingIfNeeded: number)) else {
                    throw .unsupported(feature: "pieces.type", found: "\(number)", path: path)
                }
                piece.type = type
            default: continue
            }
        }
        guard piece.score.isFinite else { throw .wrongValue(key: "pieces.score", expected: "a number", path: path) }
        return piece
    }

    /// Whether the model is BPE.
    private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws(CheckpointError) -> Bool {
        var isBPE = false
        for field in try ProtobufFields(bytes, path: path) {
            guard case .varint(let number, let value) = field else { continue }
            switch number {
            case 3: isBPE = value == 2
            case 40: ids["unk"] = Int(Int32(truncatingIfNeeded: value))
            case 41: ids["bos"] = Int(Int32(truncatingIfNeeded: value))
            case 42: ids["eos"] = Int(Int32(truncatingIfNeeded: value))
            case 43: ids["pad"] = Int(Int32(truncatingIfNeeded: value))
            default: continue
            }
        }
        return isBPE
    }

    /// Spaces must stay as they are, and characters too.
    private mutating func readNormalizer(_ bytes: ArraySlice<UInt8>) throws(CheckpointError) {
        var removesSpaces = true
        for field in try ProtobufFields(bytes, path: path) {
            switch field {
            case .bytes(2, let map) where !map.isEmpty:
                throw .unsupported(feature: "normalizer_spec.precompiled_charsmap", found: "not empty", path: path)
            case .varint(3, let value): addsSpace = value != 0
            case .varint(4, let value): removesSpaces = value != 0
            case .varint(5, 0):
                throw .unsupported(feature: "normalizer_spec.escape_whitespaces", found: "false", path: path)
            default: continue
            }
        }
        guard !removesSpaces else {
            throw .unsupported(feature: "normalizer_spec.remove_extra_whitespaces", found: "true", path: path)
        }
    }
}
