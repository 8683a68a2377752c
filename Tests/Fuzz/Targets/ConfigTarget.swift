import Files
import Tensors

@testable import Checkpoints

/// `config.json`, and behind a line's end `tokenizer.json`, as a folder's files.
func fuzzConfig(_ bytes: [UInt8]) throws {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1).map(Array.init)
    guard parts.count == 2 else { return }
    try withScratchFolder { folder in
        try FileSystem.replace(folder + "/config.json", with: parts[0])
        try FileSystem.replace(folder + "/tokenizer.json", with: parts[1])
        let document = try SourceDocument(folder + "/config.json")
        var metadata = GGUFMetadata()
        // The folder's tensors bound the vocabulary before the tokenizer is read.
        let config = try? ModelConfig(document)
        config?.write(to: &metadata, name: "a", parameters: 1)
        let tokenizer = try HuggingFaceTokenizer(folder: folder, config: document)
        try tokenizer.write(to: &metadata, vocabulary: 8)
    }
}
