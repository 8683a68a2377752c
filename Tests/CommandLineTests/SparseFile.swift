import Foundation

/// Model files by hand: headers that can lie, and data that is a hole.
enum SparseFile {
    static func write(_ header: [UInt8], size: Int, to path: String) throws {
        try Data(header).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(size))
        try file.close()
    }

    /// A number of 64 bits, least byte first.
    static func word(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    static func gguf(tensors: UInt64, keys: UInt64 = 0, _ body: [UInt8]) -> [UInt8] {
        Array("GGUF".utf8) + [3, 0, 0, 0] + word(tensors) + word(keys) + body
    }

    /// The line of a tensor `t`.
    static func tensor(_ shape: [UInt64], type: UInt64, offset: UInt64 = 0) -> [UInt8] {
        word(1) + Array("t".utf8) + word(UInt64(shape.count)).prefix(4) + shape.flatMap(word) + word(type).prefix(4)
            + word(offset)
    }

    /// A file of `size` bytes, all of them one tensor of 8-bit integers (GGUF's type 24) behind 64 bytes of header.
    static func gguf(size: Int) -> [UInt8] { gguf(tensors: 1, tensor([UInt64(size - 64)], type: 24)) }

    static func safetensors(size: Int) -> [UInt8] {
        func header(_ count: Int) -> String {
            #"{"t":{"dtype":"I8","shape":[\#(count)],"data_offsets":[0,\#(count)]}}"#
        }
        // All counts here have ten digits, so the header's length doesn't depend on them.
        let length = header(size).utf8.count
        return word(UInt64(length)) + header(size - 8 - length).utf8
    }
}
