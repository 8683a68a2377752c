import Building
import Configuration

/// The mistakes of a manifest and its suites, in the form that editors and CI read: `file:line:column: message`.
struct MistakeReport: Encodable {
    let manifest: String
    let mistakes: [Mistake]

    struct Mistake: Encodable {
        let file: String
        let line: Int
        let column: Int
        let message: String
        let hint: String?
    }

    init(_ check: ManifestCheck, of manifest: String) {
        self.manifest = manifest
        mistakes = check.findings.map { finding in
            switch finding {
            case .manifest(let error): Mistake(error, error.file, error.line, error.column)
            case .suite(let error, let column): Mistake(error, error.file, error.line, column)
            case .model(let error, let node): Mistake(error, node.file, node.position.line, node.position.column)
            }
        }
    }

    var text: String {
        if mistakes.isEmpty { return "\(manifest): no mistakes" }
        return mistakes.map { mistake in
            let hint = mistake.hint.map { " (\($0))" } ?? ""
            return "\(mistake.file):\(mistake.line):\(mistake.column): \(mistake.message)\(hint)"
        }.joined(separator: "\n")
    }
}

extension MistakeReport.Mistake {
    fileprivate init(_ error: any Error, _ file: String, _ line: Int, _ column: Int) {
        let explained = error as? any Explained
        let message = explained?.message ?? "\(error)"
        // Some errors name their place themselves, which is said once.
        let places = ["\(file):\(line):\(column): ", "\(file):\(line): "]
        let place = places.first(where: message.hasPrefix) ?? ""
        self.init(
            file: file, line: line, column: column, message: String(message.dropFirst(place.count)),
            hint: explained?.hint)
    }
}
