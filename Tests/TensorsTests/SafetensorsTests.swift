import Testing

@testable import Tensors

@Suite("A safetensors header is believed only where it agrees with itself and the file")
struct SafetensorsTests {
    static func file(_ header: String, data: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(string: header)
        return bytes + [UInt8](repeating: 1, count: data)
    }

    static func read(_ bytes: [UInt8]) throws(TensorError) -> Safetensors {
        try unsafe Safetensors(parsing: bytes.span.bytes)  // Bytes have no padding.
    }

    static let sound = #"""
        {"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[8,20]},
        "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}
        """#

    @Test func tensorsAreFoundInTheOrderOfTheirData() throws {
        let table = try Self.read(Self.file(Self.sound, data: 20))
        #expect(table.tensors.map(\.name) == ["a", "b"])
        #expect(table.tensor("b")?.shape == [2, 3])
        #expect(table.tensor("b")?.type == .element(.bf16))
        #expect(table.tensors.map(\.range.count) == [8, 12])
        #expect(table.metadata == ["format": "pt"])
    }

    @Test(arguments: [
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            8
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}"#,
            16
        ),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, 0),
        (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[1,1,1,1,2],"data_offsets":[0,8]}}"#, 8),
        (#"{"a":{"dtype":"F8_E8M0","shape":[8],"data_offsets":[0,8]}}"#, 8),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            8
        ),
        (#"{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}"#, 8),
        (#"{"../../x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8),
        (#"{"":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x"#, 8),
        (#"["a"]"#, 0),
        ("", 8),
    ]) func aLieIsRefused(_ header: String, _ data: Int) {
        #expect(throws: TensorError.self) { try Self.read(Self.file(header, data: data)) }
    }

    @Test func hugeHeadersAreRefused() {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(100_000_001))
        #expect(throws: TensorError.safetensors(.headerLength(100_000_001, limit: 100_000_000))) {
            try Self.read(bytes + [0])
        }
    }

    @Test func truncationIsRefusedAtEveryOffset() {
        let bytes = Self.file(Self.sound, data: 20)
        for count in 0..<bytes.count { #expect(throws: TensorError.self) { try Self.read(Array(bytes[..<count])) } }
    }

    @Test func mutationNeverTraps() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        let sample = Self.file(Self.sound, data: 20)
        for _ in 0..<3_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let table = try? Self.read(bytes) {
                #expect(table.tensors.allSatisfy { $0.range.upperBound <= bytes.count }, "seed \(seed)")
            }
        }
    }
}
