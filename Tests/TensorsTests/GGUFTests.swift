import Files
import Testing

@testable import Tensors

@Suite("A GGUF file is read as it was written")
struct GGUFTests {
    @Test func keysAndTensorsComeBack() throws {
        let gguf = try parse(GGUFSample.bytes())
        #expect(try gguf.string("general.architecture") == "llama")
        #expect(try gguf.unsigned("a.u32") == 7)
        #expect(try gguf.float("a.f32") == 0.5)
        #expect(try gguf.bool("a.bool"))
        #expect(try gguf.strings("a.strings") == ["x", "", "Ġy"])
        var lengths: [Int] = []
        try gguf.eachString("a.strings") { lengths.append($0.count) }
        #expect(lengths == [1, 0, 3])
        #expect(try gguf.integers("a.i32s") == [1, -2, 3])
        #expect(try gguf.floats("a.f32s") == [1.5, -2.5])
        #expect(try gguf.string(ifPresent: "b") == nil)
        #expect(gguf.tensors.map(\.name) == ["a", "b", "c"])
        #expect(gguf.tensors.map(\.shape) == [[3], [32, 2], [2, 2, 2]])
        #expect(gguf.tensors.map(\.range.count) == [12, 36, 16])
        #expect(gguf.tensors.allSatisfy { $0.range.lowerBound.isMultiple(of: 32) })
        #expect(try gguf.tensor("c").rows == 4)
    }

    @Test func wrongTypesAndMissingKeysAreErrors() throws {
        let gguf = try parse(GGUFSample.bytes())
        #expect(throws: TensorError.missingKey("b")) { try gguf.string("b") }
        #expect(throws: TensorError.wrongType(key: "a.u32", expected: "string", found: "u32")) {
            try gguf.string("a.u32")
        }
        #expect(throws: TensorError.self) { try gguf.unsigned("a.i32") }
        #expect(throws: TensorError.self) { try gguf.unsigned("a.u64") }
        #expect(throws: TensorError.self) { try gguf.strings("a.i32s") }
        #expect(throws: TensorError.missingTensor("d")) { try gguf.tensor("d") }
    }

    @Test func settingAKeyKeepsItsPlace() throws {
        var metadata = try parse(GGUFSample.bytes()).metadata
        metadata.set("a.u32", to: .string("now a string"))
        let again = try parse(GGUFLayout(metadata: metadata, tensors: []).header)
        #expect(again.metadata.entries.map(\.key) == GGUFSample.metadata.entries.map(\.key))
        #expect(try again.string("a.u32") == "now a string")
        #expect(try again.floats("a.f32s") == [1.5, -2.5])
    }

    @Test func whatIsReadIsWrittenByteForByte() throws {
        let bytes = try GGUFSample.bytes()
        let gguf = try parse(bytes)
        let layout = try GGUFLayout(
            metadata: gguf.metadata, tensors: gguf.tensors.map { ($0.name, $0.shape, $0.type) })
        #expect(layout.header == Array(bytes[..<layout.header.count]))
        #expect(layout.tensors == gguf.tensors)
        #expect(layout.size == bytes.count)
    }

    @Test func aMemberOfAnotherFileIsReadInPlace() throws {
        let bytes = try GGUFSample.bytes()
        let path = "/tmp/modelpack-gguf-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileSystem.remove(path) }
        try FileSystem.replace(path, with: [UInt8](repeating: 9, count: 512) + bytes + [1, 2, 3])
        let file = try GGUFFile(file: MappedFile(path: path), range: 512..<512 + bytes.count)
        let tensor = try file.tensor("b")
        #expect(file.bytes(of: tensor).array(0..<36) == Array(bytes[tensor.range]))
        #expect(file.fileRange(of: tensor).lowerBound == 512 + tensor.range.lowerBound)
        #expect(throws: TensorError.inFile(path, .gguf(.notGGUF, offset: 0))) { try GGUFFile(path: path) }
    }
}
