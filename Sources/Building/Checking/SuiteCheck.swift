import JSONText
import Suites

/// Finds every mistake of golden suites, line by line.
struct SuiteCheck {
    /// The identifiers of all suites so far: verdicts name prompts by them.
    private var ids: Set<String> = []

    mutating func findings(in bytes: [UInt8], file: String) -> [ManifestCheck.Finding] {
        var findings: [ManifestCheck.Finding] = []
        var isEmpty = true
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
            isEmpty = false
            if let problem = problem(of: Array(line), file: file) {
                let error = SuiteError(file: file, line: index + 1, problem: problem)
                findings.append(.suite(error, column: Self.column(of: problem, in: Array(line))))
            }
        }
        return isEmpty ? [.suite(SuiteError(file: file, line: 1, problem: .empty), column: 1)] : findings
    }

    private mutating func problem(of line: [UInt8], file: String) -> SuiteError.Problem? {
        do throws(SuiteError) {
            for prompt in try Suite(parsing: line, name: file).prompts where !ids.insert(prompt.id).inserted {
                return .duplicate(id: prompt.id)
            }
            return nil
        } catch {
            return error.problem
        }
    }

    /// Where in its line a problem is, in Unicode scalars from 1; 1 where it is about the whole line.
    static func column(of problem: SuiteError.Problem, in line: [UInt8]) -> Int {
        let offset: Int? =
            switch problem {
            case .notJSON: jsonOffset(line)
            case .wrongValue(let key, _), .unknown(let key, _), .schema(let key): offset(of: key, in: line)
            case .duplicate: offset(of: "id", in: line)
            case .badPattern: offset(of: "regex", in: line)
            default: nil
            }
        return String(decoding: line.prefix(offset ?? 0), as: UTF8.self).unicodeScalars.count + 1
    }

    private static func offset(of key: String, in line: [UInt8]) -> Int? {
        line.firstRange(of: Array("\"\(key)\"".utf8))?.lowerBound
    }

    private static func jsonOffset(_ line: [UInt8]) -> Int? {
        do throws(JSONError) {
            _ = try JSON(parsing: line)
            return nil
        } catch {
            return error.offset
        }
    }
}
