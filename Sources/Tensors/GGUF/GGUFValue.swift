/// A value to be written under a GGUF key.
package enum GGUFValue: Sendable, Equatable {
    case u32(UInt32)
    case i32(Int32)
    case u64(UInt64)
    case f32(Float)
    case bool(Bool)
    case string(String)
    case strings([String])
    case i32s([Int32])
    case f32s([Float])

    var type: GGUFValueType {
        switch self {
        case .u32: .u32
        case .i32: .i32
        case .u64: .u64
        case .f32: .f32
        case .bool: .bool
        case .string: .string
        case .strings, .i32s, .f32s: .array
        }
    }

    /// The type of an array's elements.
    var element: GGUFValueType? {
        switch self {
        case .strings: .string
        case .i32s: .i32
        case .f32s: .f32
        default: nil
        }
    }

    var count: Int {
        switch self {
        case .strings(let values): values.count
        case .i32s(let values): values.count
        case .f32s(let values): values.count
        default: 1
        }
    }

    func encodePayload(into bytes: inout [UInt8]) {
        switch self {
        case .u32(let value): bytes.append(littleEndian: value)
        case .i32(let value): bytes.append(littleEndian: value)
        case .u64(let value): bytes.append(littleEndian: value)
        case .f32(let value): bytes.append(littleEndian: value.bitPattern)
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .string(let text): bytes.append(string: text)
        case .strings(let texts): for text in texts { bytes.append(string: text) }
        case .i32s(let values): for value in values { bytes.append(littleEndian: value) }
        case .f32s(let values): for value in values { bytes.append(littleEndian: value.bitPattern) }
        }
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        for byte in 0..<value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }

    /// A GGUF string: a u64 length and its UTF-8.
    mutating func append(string: String) {
        append(littleEndian: UInt64(string.utf8.count))
        append(contentsOf: string.utf8)
    }
}
