import Failures
import JSONText

/// What is wrong with a model file; offsets count from the start of the GGUF or safetensors data.
package indirect enum TensorError: Error, Equatable {
    case gguf(GGUFProblem, offset: Int)
    case safetensors(SafetensorsProblem)
    case json(JSONError)
    case missingKey(String)
    case wrongType(key: String, expected: String, found: String)
    case missingTensor(String)
    /// Another error, and the file in which it is.
    case inFile(String, TensorError)

    /// The same error with the file's path around it.
    package func located(in path: String) -> TensorError {
        if case .inFile = self { return self }
        return .inFile(path, self)
    }
}

/// Why bytes are no GGUF that we read.
package enum GGUFProblem: Equatable, Sendable {
    case notGGUF
    case version(UInt32)
    case endsEarly(needed: UInt64)
    case tooMany(String, found: UInt64, limit: Int)
    case tooLong(String, found: UInt64, limit: Int)
    case empty(String)
    case notUTF8(String)
    case duplicate(String)
    case valueType(UInt32, key: String)
    case nestedArray(key: String)
    case notBool(UInt8, key: String)
    case alignment(UInt64)
    case dimensions(UInt32, tensor: String)
    case shape([UInt64], tensor: String)
    case elementType(UInt32, tensor: String)
    case rowLength(Int, type: ElementType, tensor: String)
    case dataOffset(expected: Int, found: UInt64, tensor: String)
    case dataPastEnd(end: Int, size: Int, tensor: String)
}

extension TensorError: ModelpackError {
    package var kind: FailureKind { .damaged }
}
