import Bundles
import Files
import Signatures
import Tensors
import Trust

@testable import Bundles

extension FuzzTarget {
    func writeSeeds(to folder: String) throws {
        for (number, seed) in try seeds().enumerated() {
            try FileSystem.replace("\(folder)/\(rawValue)-\(number)", with: seed)
        }
    }

    /// Small inputs that parse, for the fuzzer to begin with.
    private func seeds() throws -> [[UInt8]] {
        switch self {
        case .gguf: [try gguf(tokenizer: "gpt2"), try gguf(tokenizer: "llama")]
        case .tokenizer: [try gguf(tokenizer: "gpt2") + text, try gguf(tokenizer: "llama") + text]
        case .safetensors: [safetensors]
        case .archive: [try archive()]
        case .index: [try index().encoded()]
        case .signature: [try signature()]
        case .policy: [try policy()]
        case .metadata, .workflow: [Workflow.seed]
        default: texts.map { Array($0.utf8) }
        }
    }

    private var texts: [String] {
        switch self {
        case .manifest: [SeedText.manifest]
        case .suite: [SeedText.suite]
        case .json, .strictJSON: [SeedText.json]
        case .schema: [SeedText.schema]
        case .channel: [SeedText.channel]
        case .template, .render: SeedText.templates
        case .state: [SeedText.state]
        case .history: [SeedText.history]
        case .device: [SeedText.device]
        case .config: [SeedText.config]
        default: []
        }
    }

    private var text: [UInt8] { Array("\n\nhello <s> \u{E9} 123".utf8) }

    private func gguf(tokenizer: String) throws -> [UInt8] {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        metadata.set("tokenizer.ggml.model", to: .string(tokenizer))
        metadata.set("tokenizer.ggml.tokens", to: .strings(["<unk>", "<s>", "</s>", "h", "e", "he", "l", "<0x41>"]))
        metadata.set("tokenizer.ggml.token_type", to: .i32s([2, 3, 3, 1, 1, 1, 1, 6]))
        metadata.set("tokenizer.ggml.merges", to: .strings(["h e"]))
        metadata.set("tokenizer.ggml.scores", to: .f32s([0, 0, 0, -1, -2, -3, -4, 0]))
        metadata.set("tokenizer.ggml.bos_token_id", to: .u32(1))
        metadata.set("tokenizer.ggml.add_bos_token", to: .bool(true))
        let layout = try GGUFLayout(metadata: metadata, tensors: [("a", [3], .f32), ("b", [32, 2], .q4_0)])
        return layout.header + [UInt8](repeating: 7, count: layout.size - layout.header.count)
    }

    private var safetensors: [UInt8] {
        let header = #"{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
        let length = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header.utf8 + [UInt8](1...8)
    }

    private func index() throws -> Index {
        let digest = Digest.sha256(Array("{}".utf8))
        return Index(
            members: [.init(path: "manifest.json", size: 2, offset: 512, sha256: digest, chunks: [digest])], time: 0)
    }

    private func archive() throws -> [UInt8] {
        func member(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
            let padding = ArchiveHeader.padded(bytes.count) - bytes.count
            return ArchiveHeader.bytes(path: path, size: bytes.count, time: 0) + bytes
                + [UInt8](repeating: 0, count: padding)
        }
        return member("manifest.json", Array("{}".utf8)) + member("index.json", try index().encoded())
            + member("signatures/0123456789abcdef.sig", [1]) + [UInt8](repeating: 0, count: ArchiveHeader.end)
    }

    private func signature() throws -> [UInt8] {
        try ModelSignature.sign(
            subject: "a-1.0.0", resources: [.init(name: "index.json", digest: .sha256([]))],
            key: try .generate(.p256)
        ).encoded
    }

    private func policy() throws -> [UInt8] {
        let key = Policy.Key(name: "a", key: try PrivateKey.generate(.p256).publicKey)
        return try Policy(threshold: 1, keys: [key], required: ["a"]).encoded
    }
}
