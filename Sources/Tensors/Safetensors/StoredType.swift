/// How a safetensors file stores a tensor's numbers: as a type that GGUF has, too, or as floats of 8 bits.
package enum StoredType: Sendable, Hashable {
    case element(ElementType)
    case float8(Float8)

    /// In lower case: `bf16`, `f8_e4m3`.
    package var name: String {
        switch self {
        case .element(let type): type.name
        case .float8(let format): format.name
        }
    }

    /// The size of a number in bytes.
    var bytes: Int {
        switch self {
        case .element(let type): type.blockBytes
        case .float8: 1
        }
    }

    /// GGUF's type, if it is one whose numbers we convert.
    package var codec: ElementType? {
        guard case .element(let type) = self, Codec.supports(type) else { return nil }
        return type
    }

    /// Reads the format's own name.
    init?(dtype: String) {
        guard let type = Self.dtypes[dtype] else { return nil }
        self = type
    }

    private static let dtypes: [String: Self] = [
        "F64": .element(.f64), "F32": .element(.f32), "F16": .element(.f16), "BF16": .element(.bf16),
        "I64": .element(.i64), "I32": .element(.i32), "I16": .element(.i16), "I8": .element(.i8),
        "F8_E4M3": .float8(.e4m3), "F8_E5M2": .float8(.e5m2),
    ]
}
