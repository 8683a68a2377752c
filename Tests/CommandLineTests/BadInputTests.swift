import Foundation
import Testing

@Suite("Bad inputs are refused with exit 3 and a message that says where")
struct BadInputTests {
    /// A file, and what the message must name of the place.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let place: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], at place: String) {
            (self.name, self.bytes, self.place) = (name, bytes, place)
        }

        init(_ name: String, header: String, data: Int = 0, at place: String) {
            let bytes = SparseFile.word(UInt64(header.utf8.count)) + header.utf8
            self.init(name, bytes + [UInt8](repeating: 0, count: data), at: place)
        }
    }

    static let ggufs = [
        Case("only the magic", Array("GGUF".utf8), at: "byte 4"),
        Case("version 4", Array("GGUF".utf8) + [4, 0, 0, 0], at: "byte 4"),
        Case("tensors near 2^63", SparseFile.gguf(tensors: 1 << 63 - 1, []), at: "byte 8"),
        Case("keys near 2^64", SparseFile.gguf(tensors: 0, keys: .max, []), at: "byte 16"),
        Case(
            "a key of 2^40 bytes", SparseFile.gguf(tensors: 0, keys: 1, SparseFile.word(1 << 40) + padding),
            at: "byte 24"),
        Case(
            "a string of 2^64 - 1 bytes",
            SparseFile.gguf(tensors: 0, keys: 1, key("k", type: 8) + SparseFile.word(.max) + padding), at: "byte "),
        Case(
            "an array of arrays",
            SparseFile.gguf(tensors: 0, keys: 1, key("k", type: 9) + [9, 0, 0, 0] + SparseFile.word(1) + padding),
            at: "byte "),
        Case(
            "alignment 3", SparseFile.gguf(tensors: 0, keys: 1, key("general.alignment", type: 4) + [3, 0, 0, 0]),
            at: "byte 24"),
        Case("5 dimensions", SparseFile.gguf(tensors: 1, tensor([1, 1, 1, 1, 1])), at: "byte 24"),
        Case("a dimension of 0", SparseFile.gguf(tensors: 1, tensor([4, 0])), at: "byte 24"),
        Case("a product that overflows", SparseFile.gguf(tensors: 1, tensor([1 << 32, 1 << 32])), at: "byte 24"),
        Case("data behind the end", SparseFile.gguf(tensors: 1, tensor([1 << 40])), at: "byte 24"),
        Case("data that doesn't begin at 0", SparseFile.gguf(tensors: 1, tensor([4], offset: 1 << 63)), at: "byte 24"),
        Case("an unknown type", SparseFile.gguf(tensors: 1, tensor([4], type: 999)), at: "byte 24"),
    ]

    static let tables = [
        Case("a header of 2^63 bytes", SparseFile.word(1 << 63) + padding, at: "header"),
        Case("a header over 100 MB", SparseFile.word(100_000_001) + padding, at: "header"),
        Case("a header behind the end", SparseFile.word(1 << 20) + Array("{".utf8) + padding, at: "ends after"),
        Case("a header cut short", header: #"{"w":{"dtype":"F32","shape":[1],"data_o"#, at: "byte 39"),
        Case("a name twice", header: "{\(member("w", 0, 4)),\(member("w", 4, 8))}", data: 8, at: "byte "),
        Case("an overlap", header: "{\(member("a", 0, 4)),\(member("b", 2, 6))}", data: 6, at: "tensor b"),
        Case("a hole", header: "{\(member("a", 0, 4)),\(member("b", 8, 12))}", data: 12, at: "tensor b"),
        Case("bytes left over", header: "{\(member("a", 0, 4))}", data: 8, at: "8 bytes"),
        Case("reversed offsets", header: "{\(member("a", 4, 0))}", data: 4, at: "tensor a"),
        Case("negative offsets", header: "{\(member("a", -4, 0))}", data: 4, at: "tensor a"),
        Case(
            "offsets beyond 64 bits",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, at: "tensor a"),
        Case("another shape", header: "{\(member("a", 0, 8))}", data: 8, at: "tensor a"),
        Case("a name that climbs", header: "{\(member("../../x", 0, 4))}", data: 4, at: "../../x"),
        Case(
            "an unknown type", header: #"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#, data: 1,
            at: "tensor a"),
    ]

    @Test("GGUF", arguments: ggufs)
    func gguf(bad: Case) throws { try expectRefusal(bad, as: "bad.gguf") }

    @Test("safetensors", arguments: tables)
    func safetensors(bad: Case) throws { try expectRefusal(bad, as: "bad.safetensors") }

    private func expectRefusal(_ bad: Case, as name: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        try Data(bad.bytes).write(to: URL(fileURLWithPath: shop[name]))
        let outcome = try shop("inspect", shop[name])
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains(shop[name]) && outcome.errors.contains(bad.place), "\(outcome.errors)")
    }

    @Test(
        "Files around 2 and 4 GiB are read whole, and a byte less is missed",
        arguments: [31, 32].flatMap { bits in [-1, 0, 1].map { 1 << bits + $0 } },
        ["gguf", "safetensors"])
    func sizes(size: Int, format: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let path = shop["large.\(format)"]
        let header = format == "gguf" ? SparseFile.gguf(size: size) : SparseFile.safetensors(size: size)
        try SparseFile.write(header, size: size, to: path)
        let whole = try shop("inspect", path)
        #expect(whole.status == 0, "\(whole.errors)")
        try SparseFile.write(header, size: size - 1, to: path)
        let short = try shop("inspect", path)
        #expect(short.status == 3, "\(short.errors)")
        #expect(short.errors.contains(path), "\(short.errors)")
    }

    private static let padding = [UInt8](repeating: 0, count: 64)

    private static func key(_ name: String, type: UInt8) -> [UInt8] {
        SparseFile.word(UInt64(name.utf8.count)) + name.utf8 + [type, 0, 0, 0]
    }

    private static func tensor(_ shape: [UInt64], type: UInt64 = 0, offset: UInt64 = 0) -> [UInt8] {
        SparseFile.tensor(shape, type: type, offset: offset) + padding
    }

    private static func member(_ name: String, _ start: Int, _ end: Int) -> String {
        #""\#(name)":{"dtype":"F32","shape":[1],"data_offsets":[\#(start),\#(end)]}"#
    }
}
