import Files

@testable import Checkpoints
@testable import Tensors

/// A LoRA adapter's folder, made in code; removed with this value.
struct TinyAdapter: ~Copyable {
    let folder: String
    /// Members of the configuration, beside PEFT's type.
    var config = #""r":2,"lora_alpha":3,"bias":"none""#
    var tensors: [(name: String, shape: [Int], numbers: [Float])] = []

    init() throws {
        folder = "/tmp/modelpack-adapter-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
    }

    deinit { try? FileSystem.remove(folder) }

    /// Adds a tensor of fractions between -1 and 1 that are all different.
    mutating func add(_ name: String, _ shape: [Int], seed: Int = 1) {
        let numbers = (0..<shape.reduce(1, *)).map { Float(($0 + 7 * seed) * 2_654_435_761 % 20_001 - 10_000) / 10_007 }
        tensors.append(("base_model.model." + name, shape, numbers))
    }

    /// Adds both matrices of a module that has `outputs` × `inputs` weights.
    mutating func addPair(_ module: String, _ outputs: Int, _ inputs: Int, rank: Int = 2) {
        add(module + ".lora_A.weight", [rank, inputs], seed: 2)
        add(module + ".lora_B.weight", [outputs, rank], seed: 3)
    }

    func write() throws {
        try FileSystem.replace(
            folder + "/adapter_config.json", with: Array("{\"peft_type\":\"LORA\",\(config)}".utf8))
        try FileSystem.replace(folder + "/adapter_model.safetensors", with: TinyModel.safetensors(tensors))
    }

    /// A tensor's number at a row and a column of the file's form.
    func number(_ name: String, _ row: Int, _ column: Int) -> Double {
        guard let tensor = tensors.first(where: { $0.name == "base_model.model." + name }) else { return .nan }
        return Double(tensor.numbers[row * tensor.shape[1] + column])
    }
}

extension Checkpoint {
    /// A tensor's numbers as they stand in the GGUF.
    func numbers(_ name: String) -> [Float] {
        guard let tensor = tensors.first(where: { $0.name == name }) else { return [] }
        var floats = [Float](repeating: 0, count: tensor.rows * tensor.rowElements)
        var span = floats.mutableSpan
        SourceRows(tensor).decode(0..<tensor.rows, into: &span)
        return floats
    }

    /// Writes the model as a GGUF of F32.
    func write(gguf path: String) throws {
        let layout = try GGUFLayout(metadata: metadata, tensors: tensors.map { ($0.name, $0.shape, .f32) })
        var bytes = layout.header
        for tensor in layout.tensors {
            for number in numbers(tensor.name) { bytes.append(littleEndian: number.bitPattern) }
            bytes += [UInt8](repeating: 0, count: bytes.count.padded(to: layout.alignment) - bytes.count)
        }
        try FileSystem.replace(path, with: bytes)
    }
}
