import FoundationEssentials
import Signatures

/// JSON as this project's documents are written: sorted keys, no blanks, slashes as they are.
package enum CanonicalJSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Reads a document whose digest has been checked; an error is the document's maker's.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], path: String) throws(BundleError)
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformedDocument(path: path, field: error.field)
        } catch {
            throw .malformedDocument(path: path, field: "")
        }
    }
}

extension DecodingError {
    /// Where in the document, as `members.0.size`; empty when it is no JSON at all.
    fileprivate var field: String {
        let (path, key): ([any CodingKey], (any CodingKey)?) =
            switch self {
            case .keyNotFound(let key, let context): (context.codingPath, key)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            @unknown default: ([], nil)
            }
        return (path + (key.map { [$0] } ?? []))
            .map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no SHA-256 digest")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
