/// A verdict as JUnit XML: a test suite for each golden suite, and one for the verdict's other reasons.
package enum JUnitReport {
    package static func xml(_ verdict: Verdict, name: String, describe: (Reason) -> String) -> String {
        let suites = verdict.prompts.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var cases: [String: [Reason]] = [:]
        var others: [Reason] = []
        for reason in verdict.reasons {
            if let key = reason.promptKey { cases[key, default: []].append(reason) } else { others.append(reason) }
        }
        var body = ""
        var failures = 0
        for suite in suites {
            let prompts = verdict.prompts.filter { $0.suite == suite }
            var text = ""
            var failed = 0
            for prompt in prompts {
                let reasons = cases.removeValue(forKey: prompt.suite + "\n" + prompt.id) ?? []
                if !reasons.isEmpty { failed += 1 }
                text += testcase(prompt.id, suite, reasons.map(describe), prompt)
            }
            failures += failed
            body += "  <testsuite name=\"\(escaped(suite))\" tests=\"\(prompts.count)\" failures=\"\(failed)\""
            body += " errors=\"0\" skipped=\"0\" time=\"0\">\n\(text)  </testsuite>\n"
        }
        others += cases.sorted { $0.key < $1.key }.flatMap(\.value)
        failures += others.count
        if !others.isEmpty {
            body += "  <testsuite name=\"gate\" tests=\"\(others.count)\" failures=\"\(others.count)\""
            body += " errors=\"0\" skipped=\"0\" time=\"0\">\n"
            for reason in others { body += testcase(describe(reason), "gate", [describe(reason)], nil) }
            body += "  </testsuite>\n"
        }
        let tests = verdict.prompts.count + others.count
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(escaped(name))" tests="\(tests)" failures="\(failures)" errors="0" time="0">
            \(body)</testsuites>

            """
    }

    private static func testcase(_ name: String, _ suite: String, _ failures: [String], _ prompt: PromptResult?)
        -> String
    {
        let head = "    <testcase name=\"\(escaped(name))\" classname=\"\(escaped(suite))\" time=\"0\""
        if failures.isEmpty, prompt?.mismatch == nil { return head + "/>\n" }
        var body = ""
        for failure in failures {
            body += "      <failure type=\"verdict\" message=\"\(escaped(failure))\"/>\n"
        }
        // A wrong answer within the gate's limits is told, but is no failure.
        if let prompt, prompt.mismatch != nil {
            body += "      <system-out>answered \(escaped(prompt.answer))</system-out>\n"
        }
        return head + ">\n" + body + "    </testcase>\n"
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

extension Reason {
    /// The suite and id of the prompt that the reason is about.
    fileprivate var promptKey: String? {
        switch self {
        case .recordedDiffers(let suite, let id, _), .recordedMissing(let suite, let id), .broke(let suite, let id, _),
            .gone(let suite, let id), .changed(let suite, let id), .failed(let suite, let id, _):
            suite + "\n" + id
        case .limit, .rebuiltDiffers, .sourceDiffers: nil
        }
    }
}
