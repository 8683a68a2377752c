#if canImport(Glibc)
    import Glibc
#endif

/// A parser under test: any bytes must parse or throw, and trap, hang or leave their bounds never.
enum FuzzTarget: String, CaseIterable {
    case gguf, safetensors, tokenizer, config, tokenizerJSON = "tokenizer-json", archive, index, manifest, provenance
    case suite, gate, json, strictJSON = "strict-json", schema, metadata, workflow, channel, signature, policy, pem
    case template, render, delta, state, history, device, registry, bucket

    /// The target that the environment names; libFuzzer gives no other way to pass a word on.
    static let chosen = unsafe getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: unsafe String(cString: $0)) }

    func run(_ bytes: [UInt8]) throws {
        switch self {
        case .gguf: try fuzzGGUF(bytes)
        case .safetensors: try fuzzSafetensors(bytes)
        case .tokenizer: try fuzzTokenizer(bytes)
        case .archive: try fuzzArchive(bytes)
        case .index: try fuzzIndex(bytes)
        case .manifest: try fuzzManifest(bytes)
        case .suite: try fuzzSuite(bytes)
        case .json: try fuzzJSON(bytes)
        case .strictJSON: try fuzzStrictJSON(bytes)
        case .schema: try fuzzSchema(bytes)
        case .metadata: try fuzzMetadata(bytes)
        case .workflow: try fuzzWorkflow(bytes)
        case .channel: try fuzzChannel(bytes)
        case .signature: try fuzzSignature(bytes)
        case .policy: try fuzzPolicy(bytes)
        case .template: try fuzzTemplate(bytes)
        case .render: try fuzzRender(bytes)
        case .state: try fuzzState(bytes)
        case .history: try fuzzHistory(bytes)
        case .device: try fuzzDevice(bytes)
        case .config: try fuzzConfig(bytes)
        case .tokenizerJSON: try fuzzTokenizerJSON(bytes)
        case .provenance: try fuzzProvenance(bytes)
        case .gate: try fuzzGate(bytes)
        case .pem: try fuzzPEM(bytes)
        case .delta: try fuzzDelta(bytes)
        case .registry: try fuzzRegistry(bytes)
        case .bucket: try fuzzBucket(bytes)
        }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer lends `count` bytes for the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do { try FuzzTarget.chosen?.run(bytes) } catch {}
    return 0
}

/// Writes the seeds of the chosen target to the folder in `FUZZ_SEEDS`, and leaves.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    guard let target = FuzzTarget.chosen else {
        print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
        exit(0)
    }
    if let folder = unsafe getenv("FUZZ_SEEDS") {
        do {
            try target.writeSeeds(to: unsafe String(cString: folder))
        } catch {
            print(error)
            exit(1)
        }
        exit(0)
    }
    return 0
}

/// A law that a parsed value breaks: what only libFuzzer gets to see.
func law(_ holds: Bool, _ words: StaticString) {
    precondition(holds, "\(words)")
}
