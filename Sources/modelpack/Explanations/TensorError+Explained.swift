import Tensors

extension TensorError: Explained {
    var message: String {
        switch self {
        case .gguf(let problem, let offset): "byte \(offset): \(problem.sentence)"
        case .safetensors(let problem): problem.sentence
        case .json(let error): "byte \(error.offset) of the JSON: \(error.problem.words)"
        case .missingKey(let key): "the key \(key) is missing"
        case .wrongType(let key, let expected, let found): "the key \(key) must be \(expected), but is \(found)"
        case .missingTensor(let name): "the tensor \(name) is missing"
        case .inFile(let path, let error): "\(path): \(error.message)"
        }
    }

    var hint: String? {
        switch self {
        case .inFile(_, let error): error.hint
        case .gguf(.version, _): "convert it anew with a current tool; GGUF version 3 is read"
        case .gguf(.notGGUF, _): "check that this is a GGUF file"
        case .gguf(.elementType, _): "types that are read: \(ElementType.allCases.map(\.name).joined(separator: " "))"
        case .gguf, .safetensors, .json:
            "the file is damaged, or was not made by a sound tool; fetch or convert it again"
        case .missingKey, .wrongType, .missingTensor: nil
        }
    }
}

extension GGUFProblem {
    var sentence: String {
        switch self {
        case .notGGUF: "this is no GGUF file"
        case .version(let found): "GGUF version \(found) is not supported"
        case .endsEarly(let needed): "the file ends where \(needed) more bytes must be"
        case .tooMany(let what, let found, let limit): "\(found) \(what) are more than the maximum of \(limit)"
        case .tooLong(let what, let found, let limit): "a \(what) of \(found) bytes is over the maximum of \(limit)"
        case .empty(let what): "a \(what) is empty"
        case .notUTF8(let what): "a \(what) is not UTF-8"
        case .duplicate(let name): "\(name) is there twice"
        case .valueType(let type, let key): "the key \(key) has the unknown value type \(type)"
        case .nestedArray(let key): "the key \(key) is an array of arrays"
        case .notBool(let value, let key): "the key \(key) has \(value) where 0 or 1 must be"
        case .alignment(let value): "general.alignment is \(value), not a power of two from 8 to 65536"
        case .dimensions(let count, let tensor): "tensor \(tensor) has \(count) dimensions, not 1 to 4"
        case .shape(let shape, let tensor): "tensor \(tensor) has the impossible shape \(shape)"
        case .elementType(let type, let tensor): "tensor \(tensor) has the unknown type \(type)"
        case .rowLength(let length, let type, let tensor):
            "tensor \(tensor) has rows of \(length), which blocks of \(type.name) (\(type.blockElements)) don't divide"
        case .dataOffset(let expected, let found, let tensor):
            "the data of tensor \(tensor) is said to begin at \(found), but must at \(expected)"
        case .dataPastEnd(let end, let size, let tensor):
            "the data of tensor \(tensor) ends at byte \(end) of a file of \(size)"
        }
    }
}

extension SafetensorsProblem {
    var sentence: String {
        switch self {
        case .endsEarly(let needed, let found): "the file ends after \(found) of \(needed) bytes"
        case .headerLength(let length, let limit): "a header of \(length) bytes; it must have 2 to \(limit)"
        case .tooMany(let found, let limit): "\(found) tensors are more than the maximum of \(limit)"
        case .name(let name): "\(name.debugDescription) can't be a tensor's name"
        case .dtype(let type, let tensor): "tensor \(tensor) has the unsupported type \(type)"
        case .shape(let tensor): "tensor \(tensor) has an impossible shape"
        case .offsets(let tensor): "tensor \(tensor) has impossible offsets"
        case .members(let tensor): "tensor \(tensor) must have dtype, shape and data_offsets, and nothing else"
        case .size(let expected, let found, let tensor):
            "tensor \(tensor) has \(found) bytes where its shape needs \(expected)"
        case .overlap(let tensor): "the data of tensor \(tensor) overlaps another's"
        case .hole(let tensor): "there are unused bytes before the data of tensor \(tensor)"
        case .dataSize(let expected, let found):
            "the file has \(found) bytes of data where the header tells of \(expected)"
        }
    }
}
