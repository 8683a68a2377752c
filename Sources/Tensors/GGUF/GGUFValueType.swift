/// The types that a GGUF key's value may have.
package enum GGUFValueType: UInt32, Sendable {
    case u8 = 0
    case i8, u16, i16, u32, i32, f32, bool, string, array, u64, i64, f64

    /// The size of one value in bytes; nil for strings and arrays, which vary.
    var size: Int? {
        switch self {
        case .u8, .i8, .bool: 1
        case .u16, .i16: 2
        case .u32, .i32, .f32: 4
        case .u64, .i64, .f64: 8
        case .string, .array: nil
        }
    }

    package var name: String { String(describing: self) }
}
