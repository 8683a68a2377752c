import Checkpoints

extension CheckpointError: Explained {
    var status: ExitStatus {
        switch self {
        case .notACheckpoint, .notAnAdapter: .localFile
        default: .damaged
        }
    }

    var message: String {
        switch self {
        case .notACheckpoint(let path): "\(path): has no config.json, so it is no Hugging Face directory"
        case .notAnAdapter(let path): "\(path): has no adapter_config.json, so it is no LoRA adapter"
        case .architecture(let found, let path, _): "\(path): the architecture \(found) is not supported"
        case .unsupported(let feature, let found, let path): "\(path): \(feature) is \(found), which is not supported"
        case .missing(let key, let path): "\(path): \(key) is missing"
        case .wrongValue(let key, let expected, let path): "\(path): \(key) must be \(expected)"
        case .missingTensor(let name, let path): "\(path): the tensor \(name) is missing"
        case .unexpectedTensor(let name, let path): "\(path): the tensor \(name) is not expected here"
        case .shape(let tensor, let expected, let found, let path):
            "\(path): tensor \(tensor) has the shape \(found) where \(expected) must be"
        case .elementType(let type, let tensor, let path, _):
            "\(path): tensor \(tensor) has the type \(type), which is not supported"
        case .shardName(let name, let path): "\(path): \(name.debugDescription) is no name of a safetensors file"
        case .token(let id, let path): "\(path): token \(id) is outside the vocabulary, or there twice"
        }
    }

    var hint: String? {
        switch self {
        case .architecture(_, _, let supported): "supported: " + supported.joined(separator: " ")
        case .elementType(_, _, _, let supported): "supported: " + supported.joined(separator: " ")
        case .notAnAdapter: "give a folder that PEFT saved: adapter_config.json and adapter_model.safetensors"
        case .notACheckpoint: "give a folder with config.json, tokenizer.json and safetensors, or a GGUF file"
        default: nil
        }
    }
}
