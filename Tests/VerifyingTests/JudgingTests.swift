import Bundles
import Signatures
import Suites
import Testing

@testable import Verifying

/// A model that answers from a table.
func subject(_ prompts: [GoldenPrompt], _ answers: [String: String]) throws -> Subject {
    let respondent = Respondent(answering: { question in
        guard case .text(let text) = question.input else { return Reply(tokens: [], text: "", logits: .sha256([])) }
        let answer = answers[text] ?? "?"
        return Reply(tokens: answer.utf8.map(Int32.init), text: answer, logits: .sha256(Array(answer.utf8)))
    })
    return try Subject(suites: [Suites.Suite(name: "golden/s.jsonl", prompts: prompts)], respondent: respondent)
}

func prompt(
    _ id: String, _ question: String, _ answer: String, tags: [String] = [], weight: Double = 1
) -> GoldenPrompt {
    GoldenPrompt(id: id, input: .text(question), expectations: [.exact(answer)], tags: tags, weight: weight)
}

@Suite("A verdict")
struct JudgingTests {
    let prompts = [
        prompt("a", "1+1", "2", tags: ["sum"]), prompt("b", "2+2", "4", tags: ["sum"]),
        prompt("c", "2*3", "6", tags: ["product"]),
    ]
    let right = ["1+1": "2", "2+2": "4", "2*3": "6"]
    var wrong: [String: String] { right.merging(["2+2": "5"]) { $1 } }
    let mismatch = Mismatch(found: "5", .differs(expected: "4"))

    func judge(
        _ answers: [String: String], gate: Gate? = nil, recording: Recording? = nil, baseline: Subject? = nil,
        prompts: [GoldenPrompt]? = nil
    ) throws -> Verdict {
        let judging = Judging(gate: gate, recording: recording)
        var verdict = try judging.hear(
            subject(prompts ?? self.prompts, answers), against: baseline.map { .model($0) })
        judging.conclude(&verdict)
        return verdict
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
        func gate(_ minimum: Double, tag: String? = nil, sample: Bool? = nil) throws -> Gate {
            try Gate(limits: [.init(measure: "pass_rate", tag: tag, minimum: minimum, sample: sample)])
        }
        #expect(try judge(wrong, gate: gate(2.0 / 3.0)).isYes)
        #expect(try !judge(wrong, gate: gate(0.67)).isYes)
        #expect(try judge(wrong, gate: gate(0.67, sample: true)).isYes)
        #expect(try judge(wrong, gate: gate(1, tag: "product")).isYes)
        let broken = try #require(try judge(wrong, gate: gate(0.6, tag: "sum")).limits.first)
        #expect(broken.outcome == .broken && broken.bound == .minimum(0.6) && broken.found?.value == 0.5)
        #expect(throws: GateError.unknownMeasure("speed", known: Measure.names)) {
            try Gate(limits: [.init(measure: "speed", minimum: 1)])
        }
    }

    @Test("against a baseline names what broke, and tolerates what it never answered")
    func baseline() throws {
        let good = try subject(prompts, right)
        #expect(try judge(wrong, baseline: good).reasons == [.broke(suite: "golden/s.jsonl", id: "b", mismatch)])
        #expect(try judge(wrong, baseline: subject(prompts, wrong)).isYes)
        let fall = try Gate(limits: [.init(measure: "pass_rate", minimum: -0.1, relative: true, sample: false)])
        #expect(try !judge(wrong, gate: fall, baseline: good).isYes)
        #expect(try judge(wrong, gate: fall, baseline: subject(prompts, wrong)).isYes)
        #expect(try judge(wrong, gate: fall).undecided == 1)
    }

    @Test("reads a share as a sample: 59 of 60 is no fall, six of six that broke are one")
    func samples() throws {
        let many = (0..<60).map { prompt("p\($0)", "q\($0)", "x", tags: [$0 < 6 ? "lock" : "other"]) }
        let all = Dictionary(uniqueKeysWithValues: many.indices.map { ("q\($0)", "x") })
        let gate = try Gate(limits: [
            .init(measure: "pass_rate", minimum: 0, relative: true),
            .init(measure: "pass_rate", tag: "lock", minimum: 0, relative: true),
        ])
        let baseline = try subject(many, all)
        let one = try judge(all.merging(["q9": "y"]) { $1 }, gate: gate, baseline: baseline, prompts: many)
        #expect(one.isYes && one.rates[0].passed == 59)
        let six = all.merging((0..<6).map { ("q\($0)", "y") }) { $1 }
        let verdict = try judge(six, gate: gate, baseline: baseline, prompts: many)
        guard case .limit(let worst) = verdict.reasons.first else {
            Issue.record("\(verdict.reasons)")
            return
        }
        #expect(worst.limit.tag == "lock" && worst.found?.value == -1)
        // Without a gate, the tag that fell stands before its prompts.
        let strict = try judge(six, baseline: baseline, prompts: many)
        guard case .fell(let rate) = strict.reasons.first else {
            Issue.record("\(strict.reasons)")
            return
        }
        #expect(rate.tag == "lock" && rate.broken == 6 && strict.reasons.count == 7)
    }

    @Test("counts prompts by their weights")
    func weights() throws {
        let weighed = [prompt("a", "1+1", "2", weight: 3), prompt("b", "2+2", "4")]
        #expect(try judge(wrong, prompts: weighed).rates[0].share.value == 0.75)
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
        func limits(_ minimum: Double?) -> [Manifest.GateLimit] {
            minimum.map { [.init(measure: "pass_rate", minimum: $0)] } ?? []
        }
        let file = try Gate(parsing: Array("pass_rate: 0.5\nchanged: [x]\n".utf8), file: "g.yaml")
        #expect(file.limits == limits(0.5) && file.changed == ["x"])
        #expect(try Gate.chosen(file: file, baseline: nil, candidate: limits(0.1)) == file)
        #expect(try Gate.chosen(file: nil, baseline: limits(0.9), candidate: limits(0.1))?.limits == limits(0.9))
        #expect(try Gate.chosen(file: nil, baseline: [], candidate: limits(0.1)) == nil)
        #expect(try Gate.chosen(file: nil, baseline: nil, candidate: limits(0.1))?.limits == limits(0.1))
    }

    @Test("is JUnit XML that names its failures, one a case")
    func junit() throws {
        let xml = JUnitReport.xml(try judge(wrong), name: "m<1>") { _ in "bad & \"worse\"" }
        #expect(xml.contains("<testsuites name=\"m&lt;1&gt;\" tests=\"3\" failures=\"1\" errors=\"0\" time=\"0\">"))
        #expect(xml.contains("<testcase name=\"b\" classname=\"golden/s.jsonl\" time=\"0\">"))
        let text = "bad &amp; &quot;worse&quot;"
        #expect(xml.contains("<failure type=\"verdict\" message=\"\(text)\">\(text)</failure>"))
    }

    @Test("stands in a file that a later release is judged by")
    func record() throws {
        let lines = prompts.map { prompt in
            #"{"id": "\#(prompt.id)", "prompt": "\#(right.keys.sorted()[0])", "expect": {"exact": "2"}}"#
        }
        let suite = try Suites.Suite(parsing: Array(lines.joined(separator: "\n").utf8), name: "golden/s.jsonl")
        let verdict = try judge(right, prompts: suite.prompts)
        let record = BaselineRecord(
            name: "m-1.0.0", gate: [.init(measure: "pass_rate", minimum: 0.5)], size: 7, prompts: verdict.prompts)
        let bytes = try record.encoded()
        let again = try BaselineRecord(parsing: bytes, file: "b.jsonl")
        #expect(try again.encoded() == bytes)
        #expect(again.gate == record.gate && again.size == 7 && again.suites.flatMap(\.prompts).count == 3)
        for prompt in suite.prompts { #expect(again.reply(to: prompt) == record.reply(to: prompt)) }
        let judging = Judging(gate: nil, recording: nil)
        var later = try judging.hear(subject(suite.prompts, [:]), against: .record(again))
        judging.conclude(&later)
        #expect(later.reasons.count { $0.isBroke } == verdict.prompts.count { $0.passes })
        #expect(verdict.prompts.contains { $0.passes })
        for end in stride(from: 0, to: bytes.count, by: 7) {
            _ = try? BaselineRecord(parsing: Array(bytes[..<end]), file: "b.jsonl")
        }
    }
}

extension Reason {
    fileprivate var isBroke: Bool { if case .broke = self { true } else { false } }
}

@Suite("A gate file")
struct GateTests {
    @Test(
        "is refused where it says what can't be",
        arguments: [
            "pass_rat: 1", "pass_rate: 2", "limits: [{measure: speed, minimum: 1}]", "limits: [{measure: pass_rate}]",
            "limits: [{measure: kld_mean, maximum: 1, relative: true}]",
            "limits: [{measure: kld_mean, maximum: 1, against: moon}]",
            "limits: [{measure: pass_rate, minimum: 1, against: reference}]",
            "limits: [{measure: perplexity, maximum: 9, tag: lock}]",
        ])
    func mistakes(_ text: String) {
        #expect(throws: (any Error).self) { try Gate(parsing: Array((text + "\n").utf8), file: "g.yaml") }
    }

    @Test("says what each limit says")
    func reads() throws {
        let text = """
            limits:
              - {measure: pass_rate, tag: lock, minimum: -0.02, relative: true, sample: false}
              - {measure: kld_mean, maximum: 0.05, against: reference}
            """
        let gate = try Gate(parsing: Array(text.utf8), file: "g.yaml")
        #expect(
            gate.limits == [
                .init(measure: "pass_rate", tag: "lock", minimum: -0.02, relative: true, sample: false),
                .init(measure: "kld_mean", maximum: 0.05, against: "reference"),
            ])
    }
}
