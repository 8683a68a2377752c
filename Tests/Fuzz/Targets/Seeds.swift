import Bundles
import Deltas
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
        case .signature: [try signature(), try signature(certified: true)]
        case .pem: pem.map { Array($0.utf8) }
        case .provenance: [try provenance()]
        case .delta: [try delta()]
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
        case .tokenizerJSON: SeedText.tokenizers
        case .gate: [SeedText.gate]
        case .registry: SeedText.registry
        case .bucket: SeedText.bucket
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

    /// Signatures on curves differ from time to time: this one's bytes are replaced, as seeds don't.
    private func signature(certified: Bool = false) throws -> [UInt8] {
        guard let key = FixedKeys.p256, let certificates = FixedKeys.certificates else { return [] }
        let signature = try ModelSignature.sign(
            subject: "a-1.0.0", resources: [.init(name: "index.json", digest: .sha256([]))],
            signer: certified ? Signer(key, certificates: certificates) : Signer(key))
        var json = try JSONValue(parsing: signature.encoded)
        json["dsseEnvelope"]?["signatures"] = [["keyid": "", "sig": "MAYCAQECAQE="]]
        return json.encoded
    }

    private func policy() throws -> [UInt8] {
        guard let key = FixedKeys.p256?.publicKey else { return [] }
        let root = FixedKeys.certificates?.suffix(1).map { $0 } ?? []
        return try Policy(threshold: 1, keys: [.init(name: "a", key: key)], roots: root, required: ["a"]).encoded
    }

    private var pem: [String] {
        [FixedKeys.curve, FixedKeys.chain, FixedKeys.p256?.publicKey.pem ?? "", FixedKeys.ed25519?.publicKey.pem ?? ""]
    }

    private func provenance() throws -> [UInt8] {
        guard let version = SemanticVersion("1.0.0") else { return [] }
        return try Provenance(
            subjects: [.init(name: "model/model.gguf", sha256: .sha256([]))], name: "a", version: version,
            recipe: .init(quantization: .init(type: "q4_0"), sha256: .sha256([])),
            dependencies: [.init(name: "source/config.json", sha256: .sha256([]))], toolVersion: "1"
        ).encoded()
    }

    private func delta() throws -> [UInt8] {
        var delta: [UInt8] = []
        try withScratchFolder { folder in
            for seed: UInt64 in 1...2 { try overwrite("\(folder)/\(seed)", with: try DeltaBase.model(seed: seed)) }
            let maker = DeltaMaker(from: try GGUFFile(path: folder + "/1"), to: try GGUFFile(path: folder + "/2"))
            try maker.write { delta += $0 }
        }
        return delta
    }
}
