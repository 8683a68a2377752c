import Bundles
import Signatures
import Suites
import Testing

@testable import Verifying

/// A model that answers from a table.
func subject(_ prompts: [GoldenPrompt], _ answers: [String: String]) throws -> Subject {
    let respondent = Respondent { prompt in
        guard case .text(let question) = prompt.input else { return Reply(tokens: [], text: "", logits: .sha256([])) }
        let answer = answers[question] ?? "?"
        return Reply(tokens: answer.utf8.map(Int32.init), text: answer, logits: .sha256(Array(answer.utf8)))
    }
    return try Subject(suites: [Suites.Suite(name: "golden/s.jsonl", prompts: prompts)], respondent: respondent)
}

func prompt(_ id: String, _ question: String, _ answer: String, tags: [String] = []) -> GoldenPrompt {
    GoldenPrompt(id: id, input: .text(question), expectations: [.exact(answer)], tags: tags)
}

@Suite("A verdict")
struct JudgingTests {
    let prompts = [
        prompt("a", "1+1", "2", tags: ["sum"]), prompt("b", "2+2", "4", tags: ["sum"]),
        prompt("c", "2*3", "6", tags: ["product"]),
    ]
    let right = ["1+1": "2", "2+2": "4", "2*3": "6"]
    var wrong: [String: String] { right.merging(["2+2": "5"]) { $1 } }
    let mismatch = Mismatch.differs(expected: "4", found: "5")

    func judge(
        _ answers: [String: String], gate: Gate? = nil, recording: Recording? = nil, baseline: Subject? = nil,
        prompts: [GoldenPrompt]? = nil
    ) throws -> Verdict {
        try Judging(gate: gate, recording: recording).verdict(
            on: subject(prompts ?? self.prompts, answers), against: baseline)
    }

    @Test("without a gate wants every prompt answered")
    func strict() throws {
        #expect(try judge(right).isYes)
        let verdict = try judge(wrong)
        #expect(verdict.reasons == [.failed(suite: "golden/s.jsonl", id: "b", mismatch)])
        #expect(verdict.rates.map(\.tag) == [nil, "product", "sum"])
        #expect(verdict.rates.map(\.passed) == [2, 1, 1])
    }

    @Test("with a gate keeps to its limits, met exactly or missed")
    func limits() throws {
        func gate(_ minimum: Double, tag: String? = nil) throws -> Gate {
            try Gate(limits: [.init(measure: "pass_rate", tag: tag, minimum: minimum)])
        }
        #expect(try judge(wrong, gate: gate(2.0 / 3.0)).isYes)
        #expect(try !judge(wrong, gate: gate(0.67)).isYes)
        #expect(try judge(wrong, gate: gate(1, tag: "product")).isYes)
        #expect(
            try judge(wrong, gate: gate(0.6, tag: "sum")).reasons
                == [.limit(measure: "pass_rate", tag: "sum", bound: .minimum(0.6), found: 0.5)])
        #expect(throws: VerifyingError.unknownMeasure("speed", known: ["pass_rate"])) {
            try Gate(limits: [.init(measure: "speed", minimum: 1)])
        }
    }

    @Test("against a baseline names what broke, and tolerates what it never answered")
    func baseline() throws {
        let good = try subject(prompts, right)
        #expect(try judge(wrong, baseline: good).reasons == [.broke(suite: "golden/s.jsonl", id: "b", mismatch)])
        #expect(try judge(wrong, baseline: subject(prompts, wrong)).isYes)
        let fall = try Gate(limits: [.init(measure: "pass_rate", minimum: -0.1, relative: true)])
        #expect(try !judge(wrong, gate: fall, baseline: good).isYes)
        #expect(try judge(wrong, gate: fall, baseline: subject(prompts, wrong)).isYes)
        #expect(try judge(wrong, gate: fall).undecided == 1)
    }

    @Test("holds it against a candidate when prompts go or change, unless the gate names them")
    func suitesDiffer() throws {
        let baseline = try subject(prompts, right)
        let fewer = [prompts[0], prompt("b", "2+2", "5")]
        let verdict = try judge(wrong, baseline: baseline, prompts: fewer)
        #expect(verdict.reasons.contains(.gone(suite: "golden/s.jsonl", id: "c")))
        #expect(verdict.reasons.contains(.changed(suite: "golden/s.jsonl", id: "b")))
        #expect(verdict.reasons.contains(.broke(suite: "golden/s.jsonl", id: "b", mismatch)))
        #expect(verdict.prompts.map(\.id) == ["a", "b", "b", "c"])
        let gate = try Gate(limits: [], changed: ["b", "c"])
        let allowed = try judge(wrong, gate: gate, baseline: baseline, prompts: fewer)
        #expect(allowed.isYes && allowed.prompts.map(\.id) == ["a", "b"])
    }

    @Test("compares recorded outputs bit for bit")
    func recorded() throws {
        let recording = try subject(prompts, right).respondent.record([
            Suites.Suite(name: "golden/s.jsonl", prompts: prompts)
        ])
        #expect(try judge(right, recording: recording).golden == .compared(same: 3, of: 3))
        let gate = try Gate(limits: [.init(measure: "pass_rate", minimum: 0)])
        #expect(
            try judge(wrong, gate: gate, recording: recording).reasons
                == [.recordedDiffers(suite: "golden/s.jsonl", id: "b", difference: .tokens)])
        var entries = recording.entries
        entries[0] = .init(suite: entries[0].suite, id: "a", tokens: entries[0].tokens, logits: .sha256([1]))
        entries[1] = .init(suite: entries[1].suite, id: "z", tokens: [], logits: .sha256([]))
        #expect(
            try judge(right, recording: Recording(arithmetic: 1, entries: entries)).reasons
                == [
                    .recordedDiffers(suite: "golden/s.jsonl", id: "a", difference: .logits),
                    .recordedMissing(suite: "golden/s.jsonl", id: "z"),
                ])
        #expect(throws: VerifyingError.unknownArithmetic(found: 2, known: [1])) {
            try judge(right, recording: Recording(arithmetic: 2, entries: []))
        }
    }

    @Test("takes the gate of the file, else of the baseline, else of the candidate")
    func gates() throws {
        func manifest(_ minimum: Double?) throws -> Manifest {
            var manifest = Manifest(
                name: "m", version: try #require(SemanticVersion("1.0.0")), architecture: "llama",
                quantization: .init(type: "q8_0"))
            if let minimum { manifest.gate = [.init(measure: "pass_rate", minimum: minimum)] }
            return manifest
        }
        let file = try Gate(parsing: Array("pass_rate: 0.5\nchanged: [x]\n".utf8), file: "g.yaml")
        #expect(file.limits == [.init(measure: "pass_rate", minimum: 0.5)] && file.changed == ["x"])
        let candidate = try manifest(0.1)
        #expect(try Gate.chosen(file: file, baseline: nil, candidate: candidate) == file)
        #expect(try Gate.chosen(file: nil, baseline: manifest(0.9), candidate: candidate)?.limits[0].minimum == 0.9)
        #expect(try Gate.chosen(file: nil, baseline: manifest(nil), candidate: candidate) == nil)
        #expect(try Gate.chosen(file: nil, baseline: nil, candidate: candidate)?.limits[0].minimum == 0.1)
        #expect(throws: (any Error).self) { try Gate(parsing: Array("pass_rat: 1\n".utf8), file: "g.yaml") }
    }

    @Test("is JUnit XML that names its failures")
    func junit() throws {
        let xml = JUnitReport.xml(try judge(wrong), name: "m<1>") { _ in "bad & \"worse\"" }
        #expect(xml.contains("<testsuites name=\"m&lt;1&gt;\" tests=\"3\" failures=\"1\" errors=\"0\" time=\"0\">"))
        #expect(xml.contains("<testcase name=\"b\" classname=\"golden/s.jsonl\" time=\"0\">"))
        #expect(xml.contains("<failure type=\"verdict\" message=\"bad &amp; &quot;worse&quot;\"/>"))
    }
}
