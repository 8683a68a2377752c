import Testing

@testable import Tensors

@Suite("A malformed GGUF is refused, never followed")
struct MalformedGGUFTests {
    /// Builds a GGUF by hand, so that each field can lie.
    struct Forged {
        var version: UInt32 = 3
        var tensorCount: UInt64 = 0
        var keyCount: UInt64 = 0
        var body: [UInt8] = []
        var bytes: [UInt8] {
            var bytes: [UInt8] = Array("GGUF".utf8)
            bytes.append(littleEndian: version)
            bytes.append(littleEndian: tensorCount)
            bytes.append(littleEndian: keyCount)
            return bytes + body
        }

        static func key(_ key: String, type: UInt32, _ payload: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(string: key)
            bytes.append(littleEndian: type)
            return bytes + payload
        }

        static func tensor(
            _ name: String, _ shape: [UInt64], type: UInt32 = 0, offset: UInt64 = 0, dimensions: UInt32? = nil
        ) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(string: name)
            bytes.append(littleEndian: dimensions ?? UInt32(shape.count))
            for size in shape { bytes.append(littleEndian: size) }
            bytes.append(littleEndian: type)
            bytes.append(littleEndian: offset)
            return bytes
        }

        static func words(_ values: UInt64...) -> [UInt8] {
            var bytes: [UInt8] = []
            for value in values { bytes.append(littleEndian: value) }
            return bytes
        }
    }

    static func keys(_ keys: [UInt8]...) -> Forged {
        Forged(keyCount: UInt64(keys.count), body: keys.flatMap { $0 } + [UInt8](repeating: 0, count: 64))
    }

    static func tensors(_ tensors: [UInt8]...) -> Forged {
        Forged(tensorCount: UInt64(tensors.count), body: tensors.flatMap { $0 } + [UInt8](repeating: 0, count: 256))
    }

    static let cases: [(String, Forged)] = [
        ("version 2", Forged(version: 2)),
        ("big-endian", Forged(version: 3 << 24)),
        ("tensors near 2^63", Forged(tensorCount: 1 << 63 - 1)),
        ("keys near 2^64", Forged(keyCount: .max)),
        ("more tensors than bytes", Forged(tensorCount: 60_000)),
        ("empty key", keys(Forged.key("", type: 0, [1]))),
        ("value type 13", keys(Forged.key("k", type: 13, [1]))),
        ("key past the end", Forged(keyCount: 1, body: Forged.words(1 << 40, 0))),
        ("string past the end", keys(Forged.key("k", type: 8, Forged.words(1 << 62)))),
        ("string of length 2^64-1", keys(Forged.key("k", type: 8, Forged.words(.max)))),
        ("array past the end", keys(Forged.key("k", type: 9, [5, 0, 0, 0] + Forged.words(1 << 61)))),
        ("strings past the end", keys(Forged.key("k", type: 9, [8, 0, 0, 0] + Forged.words(2, 0, 1 << 50)))),
        ("nested array", keys(Forged.key("k", type: 9, [9, 0, 0, 0] + Forged.words(1, 0)))),
        ("bool of 2", keys(Forged.key("k", type: 7, [2]))),
        ("duplicate keys", keys(Forged.key("k", type: 0, [1]), Forged.key("k", type: 0, [1]))),
        ("key not UTF-8", keys([1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 1])),
        ("alignment 0", keys(Forged.key("general.alignment", type: 4, [0, 0, 0, 0]))),
        ("alignment 3", keys(Forged.key("general.alignment", type: 4, [3, 0, 0, 0]))),
        ("alignment 2^31", keys(Forged.key("general.alignment", type: 4, [0, 0, 0, 0x80]))),
        ("alignment as string", keys(Forged.key("general.alignment", type: 8, Forged.words(0)))),
        ("0 dimensions", tensors(Forged.tensor("t", []))),
        ("5 dimensions", tensors(Forged.tensor("t", [1, 1, 1, 1, 1]))),
        ("2^32-1 dimensions", tensors(Forged.tensor("t", [1], dimensions: .max))),
        ("zero dimension", tensors(Forged.tensor("t", [4, 0]))),
        ("product overflows to 0", tensors(Forged.tensor("t", [1 << 32, 1 << 32]))),
        ("product overflows to 4", tensors(Forged.tensor("t", [4, (1 << 62) + 1]))),
        ("byte size overflows", tensors(Forged.tensor("t", [(1 << 62) + 1]))),
        ("huge but countable", tensors(Forged.tensor("t", [1 << 50]))),
        ("row no multiple of its block", tensors(Forged.tensor("t", [33, 2], type: 2))),
        ("element type 4", tensors(Forged.tensor("t", [32], type: 4))),
        ("element type 999", tensors(Forged.tensor("t", [32], type: 999))),
        ("name of 64 bytes", tensors(Forged.tensor(String(repeating: "n", count: 64), [1]))),
        ("empty name", tensors(Forged.tensor("", [1]))),
        ("duplicate names", tensors(Forged.tensor("t", [8]), Forged.tensor("t", [8], offset: 32))),
        ("offset past the end", tensors(Forged.tensor("t", [8], offset: 1 << 40))),
        ("offset that wraps", tensors(Forged.tensor("t", [8], offset: .max - 31))),
        ("overlap", tensors(Forged.tensor("t", [8]), Forged.tensor("u", [8], offset: 0))),
        ("hole", tensors(Forged.tensor("t", [8]), Forged.tensor("u", [8], offset: 64))),
        ("unaligned offset", tensors(Forged.tensor("t", [1]), Forged.tensor("u", [8], offset: 4))),
        ("data past the end", tensors(Forged.tensor("t", [1024]))),
    ]

    @Test(arguments: cases.indices) func isRefused(_ index: Int) {
        let (name, forged) = Self.cases[index]
        #expect(throws: TensorError.self, "\(name)") { try parse(forged.bytes) }
    }

    @Test func truncationIsRefusedAtEveryOffset() throws {
        let bytes = try GGUFSample.bytes()
        let end = try parse(bytes).tensors.last?.range.upperBound ?? 0
        for count in 0..<end { #expect(throws: TensorError.self) { try parse(Array(bytes[..<count])) } }
    }

    @Test func mutationNeverTraps() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        let sample = try GGUFSample.bytes()
        for _ in 0..<5_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let gguf = try? parse(bytes) else { continue }
            for entry in gguf.metadata.entries {
                _ = try? gguf.strings(entry.key)
                _ = try? gguf.integers(entry.key)
                _ = try? gguf.unsigned(entry.key)
                _ = try? gguf.floats(entry.key)
            }
            let inside = gguf.tensors.allSatisfy { $0.range.upperBound <= bytes.count && $0.rows > 0 }
            #expect(inside, "seed \(seed)")
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
