/// A verdict as JUnit XML: a test suite for each golden suite, and one for the verdict's other reasons.
///
/// There is no official schema; this keeps to what Jenkins, GitLab and GitHub's reporters read (xunit-plugin's
/// junit-10.xsd, and one failure a case, as Ant's).
package struct JUnitReport {
    private let verdict: Verdict
    private let name: String
    private let describe: (Reason) -> String

    package static func xml(_ verdict: Verdict, name: String, describe: @escaping (Reason) -> String) -> String {
        JUnitReport(verdict: verdict, name: name, describe: describe).xml
    }

    /// A test case: its name, why it failed and what was answered.
    private struct Case {
        let name: String
        let failures: [String]
        let answer: String?
    }

    private var xml: String {
        let suites = verdict.prompts.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var named: [String: [Reason]] = [:]
        var others: [Reason] = []
        for reason in verdict.reasons {
            if let prompt = reason.prompt {
                named[prompt.suite + "\n" + prompt.id, default: []].append(reason)
            } else {
                others.append(reason)
            }
        }
        var groups: [(suite: String, cases: [Case])] = []
        for suite in suites {
            var cases: [Case] = []
            for prompt in verdict.prompts where prompt.suite == suite {
                let reasons = named.removeValue(forKey: prompt.suite + "\n" + prompt.id) ?? []
                // A wrong answer within the gate's limits is told, but is no failure.
                cases.append(
                    Case(
                        name: prompt.id, failures: reasons.map(describe),
                        answer: prompt.passes && reasons.isEmpty ? nil : prompt.answer))
            }
            groups.append((suite, cases))
        }
        others += named.sorted { $0.key < $1.key }.flatMap(\.value)
        if !others.isEmpty {
            groups.append(
                ("gate", others.map { Case(name: describe($0), failures: [describe($0)], answer: nil) }))
        }
        let cases = groups.flatMap(\.cases)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(Self.escaped(name))" \(Self.counts(cases))>
            \(groups.map { self.suite($0.suite, $0.cases) }.joined())</testsuites>

            """
    }

    private static func counts(_ cases: [Case]) -> String {
        "tests=\"\(cases.count)\" failures=\"\(cases.count { !$0.failures.isEmpty })\" errors=\"0\" time=\"0\""
    }

    private func suite(_ name: String, _ cases: [Case]) -> String {
        "  <testsuite name=\"\(Self.escaped(name))\" \(Self.counts(cases)) skipped=\"0\">\n"
            + cases.map { self.testcase($0, in: name) }.joined() + "  </testsuite>\n"
    }

    private func testcase(_ test: Case, in suite: String) -> String {
        let head = "    <testcase name=\"\(Self.escaped(test.name))\" classname=\"\(Self.escaped(suite))\" time=\"0\""
        var body = ""
        if let first = test.failures.first {
            let text = Self.escaped(test.failures.joined(separator: "\n"))
            body += "      <failure type=\"verdict\" message=\"\(Self.escaped(first))\">\(text)</failure>\n"
        }
        if let answer = test.answer { body += "      <system-out>answered \(Self.escaped(answer))</system-out>\n" }
        return body.isEmpty ? head + "/>\n" : head + ">\n" + body + "    </testcase>\n"
    }

    /// XML 1.0 has no place for most control characters; they become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\r": result += "&#13;"
            case "\t": result += "&#9;"
            case "\0"..<" ", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
