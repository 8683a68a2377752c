/// What `doctor` found out about one thing.
struct Examination: Encodable {
    let subject: String
    private(set) var findings: [Finding] = []

    struct Finding: Encodable {
        enum State: String, Encodable {
            case ok, warning, no
        }

        let name: String
        let state: State
        let found: String
        /// What to do about it.
        let hint: String?
    }

    init(_ subject: String) { self.subject = subject }

    mutating func add(_ name: String, _ found: String) {
        findings.append(Finding(name: name, state: .ok, found: found, hint: nil))
    }

    mutating func warn(_ name: String, _ found: String, hint: String? = nil) {
        findings.append(Finding(name: name, state: .warning, found: found, hint: hint))
    }

    mutating func refuse(_ name: String, _ found: String, hint: String? = nil) {
        findings.append(Finding(name: name, state: .no, found: found, hint: hint))
    }

    /// Adds what `body` finds; an error is a finding, too.
    mutating func add(_ name: String, _ body: () throws -> String) {
        do {
            add(name, try body())
        } catch let error as any Explained {
            refuse(name, error.message, hint: error.hint)
        } catch {
            refuse(name, "\(error)")
        }
    }

    var isFine: Bool { findings.allSatisfy { $0.state != .no } }

    func text(_ paint: Paint) -> String {
        let looks: [Finding.State: Paint.Look] = [.ok: .good, .warning: .doubtful, .no: .bad]
        let marks: [Finding.State: String] = [.ok: "ok", .warning: "!", .no: "no"]
        let rows = findings.map { ["  " + (marks[$0.state] ?? ""), $0.name, $0.found] }
        let lines = zip(table(rows).split(separator: "\n", omittingEmptySubsequences: false), findings).map {
            line, finding in
            // The mark comes first, two blanks in.
            let mark = line.dropFirst(2).prefix { $0 != " " }
            let hints = (finding.hint ?? "").split(separator: "\n").map { "\n      \(paint("hint:", .doubtful)) \($0)" }
            return "  " + paint(mark, looks[finding.state] ?? .strong) + line.dropFirst(2 + mark.count) + hints.joined()
        }
        return ([paint(subject, .strong)] + lines).joined(separator: "\n")
    }
}
