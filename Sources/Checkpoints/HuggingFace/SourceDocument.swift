import Files
import JSONText
import Tensors

/// One of a model folder's JSON files, with errors that name file and key.
struct SourceDocument {
    let path: String
    let json: JSON

    init(_ path: String) throws {
        self.path = path
        let bytes = try FileSystem.read(path, limit: 256 << 20)
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw TensorError.json(error).located(in: path)
        }
    }

    /// Stands for a file that holds no JSON: every key is missing.
    init(empty path: String) {
        self.path = path
        json = .null
    }

    /// A whole number from 1 to 2^31 - 1.
    func count(_ key: String) throws(CheckpointError) -> Int {
        guard let value = json[key], !value.isNull else { throw .missing(key: key, path: path) }
        guard let number = value.integer, number > 0, number <= Int(Int32.max) else {
            throw .wrongValue(key: key, expected: "a whole number above 0", path: path)
        }
        return number
    }

    func count(_ key: String, default other: Int?) throws(CheckpointError) -> Int {
        guard let other, json[key]?.isNull ?? true else { return try count(key) }
        return other
    }

    func number(_ key: String, default other: Double?) throws(CheckpointError) -> Double {
        guard let value = json[key], !value.isNull else {
            guard let other else { throw .missing(key: key, path: path) }
            return other
        }
        guard let number = value.number else { throw .wrongValue(key: key, expected: "a number", path: path) }
        return number
    }

    /// Refuses a key that is there with a value other than null and those in `allowed`.
    func require(_ key: String, in allowed: [JSON]) throws(CheckpointError) {
        guard let value = json[key], !value.isNull, !allowed.contains(value) else { return }
        throw .unsupported(feature: key, found: value.brief, path: path)
    }
}

extension JSON {
    /// The value in a few words, for errors.
    var brief: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let string): string
        case .array(let values): "[" + values.map(\.brief).joined(separator: ", ") + "]"
        case .object(let object):
            object["type"]?.string ?? "{" + object.members.map(\.name).joined(separator: ", ") + "}"
        }
    }
}
