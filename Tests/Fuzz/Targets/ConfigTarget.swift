import Files
import Tensors

@testable import Checkpoints

/// `config.json`, and what it says of the model in GGUF's words.
func fuzzConfig(_ bytes: [UInt8]) throws {
    try withScratchFolder { folder in
        try overwrite(folder + "/config.json", with: bytes)
        var metadata = GGUFMetadata()
        try ModelConfig(try SourceDocument(folder + "/config.json")).write(to: &metadata, name: "a", parameters: 1)
    }
}

/// `tokenizer.json` beside a `config.json` that fits.
func fuzzTokenizerJSON(_ bytes: [UInt8]) throws {
    try withScratchFolder { folder in
        if !FileSystem.exists(folder + "/config.json") {
            try overwrite(folder + "/config.json", with: Array(SeedText.config.utf8))
        }
        try overwrite(folder + "/tokenizer.json", with: bytes)
        var metadata = GGUFMetadata()
        let config = try SourceDocument(folder + "/config.json")
        // The folder's tensors bound the vocabulary before the tokenizer is read.
        try HuggingFaceTokenizer(folder: folder, config: config).write(to: &metadata, vocabulary: 8)
    }
}
