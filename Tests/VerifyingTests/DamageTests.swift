import Bundles
import Inference
import Suites
import Tensors
import Testing

@testable import Verifying

@Suite("Damage planted on purpose makes the verdict no, with a reason that points the right way")
struct DamageTests {
    static let tensor = "blk.2.ffn_up.weight"

    /// What is spoilt, and what the verdict has to say of it.
    enum Damage: String, CaseIterable {
        case flippedCode, swappedTensor, ropeBase, chatTemplate, tokenID, shiftedTokens, roundsDown
    }

    @Test("in the build itself: beside the source, whatever the model answers")
    func built() async throws {
        let home = try await HomeRelease()
        defer { home.remove() }
        let reference = try await home.reference()
        var verification = Verification(threads: 2)
        verification.reference = reference
        // One low bit of one code is within rounding: only the recorded bits tell it.
        for damage in Damage.allCases where damage != .flippedCode {
            var weights = OpenWeights(try home.weights())
            try Self.spoil(&weights, damage, reference)
            let verdict = try verification.verdict(on: try home.with(try weights.encoded(), rerecorded: true))
            guard case .reference(let clue) = verdict.reasons.first else {
                Issue.record("\(damage): \(verdict.reasons.prefix(3))")
                continue
            }
            #expect(Self.points(clue.difference, to: damage), "\(clue)")
        }
    }

    /// Rounding down to the nearest lower code, or the next one towards zero, whatever the type and the way it was built.
    @Test(
        "a quantizer that rounds to one side is told, one that calibrates is not",
        arguments: ["q8_0", "q4_0", "q5_1", "q2_k", "q4_k_m"], [false, true])
    func quantizers(_ type: String, _ isCalibrated: Bool) async throws {
        let home = try await HomeRelease(type: type, isCalibrated: isCalibrated)
        defer { home.remove() }
        var verification = Verification(threads: 2)
        verification.reference = try await home.reference()
        let good = try verification.verdict(on: home.bundle)
        #expect(good.clues.isEmpty, "\(good.clues)")
        guard type == "q8_0" || type == "q4_0" else { return }
        for towardsZero in [false, true] {
            var weights = OpenWeights(try home.weights())
            for (index, weight) in weights.tensors.enumerated() where weight.type.name == type {
                weights.tensors[index].bytes = Self.lowered(weight.bytes, weight.type, towardsZero: towardsZero)
            }
            let verdict = try verification.verdict(on: try home.with(try weights.encoded(), rerecorded: true))
            guard case .reference(let clue) = verdict.reasons.first,
                case .coarse(_, let error, let plain, let bias, let outward) = clue.difference
            else {
                Issue.record("\(type), \(isCalibrated), \(towardsZero): \(verdict.reasons.prefix(3))")
                continue
            }
            #expect(error > 1.5 * plain && (towardsZero ? outward < -0.4 : bias < -0.4), "\(clue)")
        }
    }

    @Test("a release that stays near to the one before has the error that this may cost")
    func anchored() async throws {
        let first = try await HomeRelease()
        let next = try await HomeRelease("home-1.1", anchor: first.folder + "/home.modelpack")
        defer { for home in [first, next] { home.remove() } }
        var verification = Verification(threads: 2)
        verification.reference = try await next.reference()
        let verdict = try verification.verdict(on: next.bundle)
        #expect(verdict.clues.isEmpty, "\(verdict.clues)")
        // Else it were no test: rounding alone makes a tenth of it.
        #expect(verdict.comparisons.flatMap(\.tensors).contains { $0.error > 0.04 })
    }

    /// Blocks as a quantizer makes them that rounds down, or towards zero: where rounding to the nearest goes up, which it
    /// does half the time, a code less.
    private static func lowered(_ blocks: [UInt8], _ type: ElementType, towardsZero: Bool) -> [UInt8] {
        var blocks = blocks
        var random: UInt32 = 7
        for block in 0..<blocks.count / type.blockBytes {
            let start = block * type.blockBytes
            let isNegative = blocks[start + 1] & 0x80 != 0
            func lowered(_ code: Int, _ limit: Int) -> Int {
                random = random &* 1_664_525 &+ 1_013_904_223
                guard code != 0, random >> 31 == 0 else { return code }
                if towardsZero { return code - code.signum() }
                return max(-limit, min(limit - 1, isNegative ? code + 1 : code - 1))
            }
            for place in start + 2..<start + type.blockBytes {
                if type == .q8_0 {
                    blocks[place] = UInt8(bitPattern: Int8(lowered(Int(Int8(bitPattern: blocks[place])), 128)))
                } else {
                    let low = lowered(Int(blocks[place] & 15) - 8, 8) + 8
                    let high = lowered(Int(blocks[place] >> 4) - 8, 8) + 8
                    blocks[place] = UInt8(low | high << 4)
                }
            }
        }
        return blocks
    }

    @Test("after the build: by the bits, and beside the release before")
    func damaged() async throws {
        let home = try await HomeRelease()
        defer { home.remove() }
        let reference = try await home.reference()
        var verification = Verification(threads: 2)
        verification.baseline = home.folder + "/home.modelpack"
        for damage in Damage.allCases {
            var weights = OpenWeights(try home.weights())
            try Self.spoil(&weights, damage, reference)
            let verdict = try verification.verdict(on: try home.with(try weights.encoded(), rerecorded: false))
            #expect(verdict.reasons.first == .weightsDiffer, "\(damage)")
            // A key that no prompt of the suite meets is seen in the file alone.
            let same = [Damage.chatTemplate, .tokenID, .shiftedTokens].contains(damage)
            let differs = verdict.reasons.contains { reason in
                if case .recordedDiffers = reason { true } else { false }
            }
            #expect(differs != same, "\(damage)")
            // Every block is another where all is rounded down: that is no slip in a few of them.
            if damage != .roundsDown {
                #expect(verdict.clues.contains { Self.points($0.difference, to: damage) }, "\(verdict.clues)")
            }
        }
    }

    @Test("a good release is told from it: nothing is said against it, whatever it is compared with")
    func good() async throws {
        let home = try await HomeRelease()
        defer { home.remove() }
        var verification = Verification(threads: 2)
        verification.reference = try await home.reference()
        verification.baseline = home.folder + "/home.modelpack"
        let verdict = try verification.verdict(on: home.bundle)
        // Of its 66 prompts this release answers all.
        #expect(verdict.isYes, "\(verdict.reasons.prefix(3))")
        #expect(verdict.clues.isEmpty, "\(verdict.clues)")
        #expect(verdict.golden == .compared(same: 66, of: 66))
        let baseline = try #require(verdict.comparisons.first)
        #expect(baseline.other == .baseline && baseline.divergences[0].largest == 0)
        #expect(baseline.divergences[0].sameAnswers == 1 && baseline.prompts.count == 66)
        let reference = try #require(verdict.comparisons.last)
        #expect(reference.other == .reference && reference.divergences[0].mean.value > 0)
        #expect(reference.divergences[0].mean.value < 0.01)
        let rounded = reference.tensors.filter { $0.type == "q8_0" }
        #expect(rounded.count > 20 && rounded.allSatisfy { $0.error < 0.01 && abs($0.bias) < 0.05 })
    }

    private static func spoil(_ weights: inout OpenWeights, _ damage: Damage, _ reference: LanguageModel) throws {
        switch damage {
        case .flippedCode:
            // A low bit of a code in the block of 34 bytes after the first ten.
            weights[tensor][10 * 34 + 5] ^= 1
        case .swappedTensor:
            let other = "blk.1.ffn_up.weight"
            (weights[tensor], weights[other]) = (weights[other], weights[tensor])
        case .ropeBase:
            let base = try weights.metadata.float("llama.rope.freq_base")
            weights.metadata.set("llama.rope.freq_base", to: .f32(base * 2))
        case .chatTemplate:
            let template = try weights.metadata.string("tokenizer.chat_template")
            weights.metadata.set("tokenizer.chat_template", to: .string(template + " "))
        case .tokenID:
            let end = try weights.metadata.unsigned("tokenizer.ggml.eos_token_id")
            weights.metadata.set("tokenizer.ggml.eos_token_id", to: .u32(UInt32(end + 1)))
        case .shiftedTokens:
            var tokens = try weights.metadata.strings("tokenizer.ggml.tokens")
            tokens.swapAt(500, 501)
            weights.metadata.set("tokenizer.ggml.tokens", to: .strings(tokens))
        case .roundsDown:
            let file = reference.file
            for (index, weight) in weights.tensors.enumerated() where weight.type == .q8_0 {
                weights.tensors[index].bytes = roundedDown(weight.bytes, from: file, try file.tensor(weight.name))
            }
        }
    }

    /// Q8_0 blocks with the scales that they have and the next lower code wherever a number is no whole one.
    private static func roundedDown(_ blocks: [UInt8], from file: GGUFFile, _ tensor: TensorInfo) -> [UInt8] {
        var floats = [Float](repeating: 0, count: tensor.elements)
        var span = floats.mutableSpan
        Codec.decode(file.bytes(of: tensor), of: tensor.type, into: &span)
        var blocks = blocks
        for block in 0..<blocks.count / 34 {
            let bits = UInt16(blocks[block * 34]) | UInt16(blocks[block * 34 + 1]) << 8
            let scale = Float(Float16(bitPattern: bits))
            for place in 0..<32 where scale > 0 {
                let code = (floats[block * 32 + place] / scale).rounded(.down)
                blocks[block * 34 + 2 + place] = UInt8(bitPattern: Int8(max(-127, min(127, code))))
            }
        }
        return blocks
    }

    private static func points(_ difference: Clue.Difference, to damage: Damage) -> Bool {
        switch (damage, difference) {
        case (.flippedCode, .blocks(tensor, 1, 10)): true
        case (.swappedTensor, .swapped(tensor, "blk.1.ffn_up.weight")): true
        case (.swappedTensor, .swapped("blk.1.ffn_up.weight", tensor)): true
        case (.ropeBase, .key("llama.rope.freq_base", _, _)): true
        case (.chatTemplate, .chatTemplate): true
        case (.tokenID, .key("tokenizer.ggml.eos_token_id", _, _)): true
        case (.shiftedTokens, .element("tokenizer.ggml.tokens", 500, _, _)): true
        case (.roundsDown, .coarse(_, _, _, let bias, _)): bias < -0.8
        default: false
        }
    }
}

@Suite("Releases beside the one before")
struct ReleaseTests {
    @Test("the bad one is refused, the broken intents first; the good one passes; every run says the same")
    func releases() async throws {
        let good = try await HomeRelease("home-1.1"), bad = try await HomeRelease("home-1.2-bad")
        let first = try await HomeRelease("home")
        defer { for release in [good, bad, first] { release.remove() } }
        var verification = Verification(threads: 2)
        verification.baseline = first.folder + "/home.modelpack"
        let yes = try verification.verdict(on: good.bundle)
        #expect(yes.isYes, "\(yes.reasons)")
        verification.baseline = good.folder + "/home-1.1.modelpack"
        let no = try verification.verdict(on: bad.bundle)
        let named = no.reasons.prefix(2).map { reason in
            if case .fell(let rate) = reason { return rate.tag ?? "" }
            return ""
        }
        #expect(Set(named) == ["lock", "unlock"], "\(no.reasons.prefix(4))")
        verification.threads = 1
        #expect(try verification.verdict(on: bad.bundle) == no)
    }

    @Test("a run that was cut goes on with the answers that it has, and they are the same")
    func resumes() async throws {
        let home = try await HomeRelease()
        defer { home.remove() }
        struct Cut: Error {}
        var verification = Verification(threads: 2)
        verification.baseline = home.folder + "/home.modelpack"
        let expected = try verification.verdict(on: home.bundle)
        verification.cache = home.folder + "/cache"
        var answers = 0
        #expect(throws: Cut.self) {
            try verification.verdict(on: home.bundle) { more, _ in
                answers += more
                if answers == 20 { throw Cut() }
            }
        }
        let model = try #require(home.bundle.index[BundlePath.weights]).sha256
        let questions = try home.bundle.suites().flatMap { $0.prompts.map(\.question) }
        let store = try AnswerStore(folder: home.folder + "/cache", model: model)
        #expect(questions.count { store.reply(to: $0) != nil } >= 19)
        #expect(try verification.verdict(on: home.bundle) == expected)
        let whole = try AnswerStore(folder: home.folder + "/cache", model: model)
        for question in questions {
            let reply = try #require(whole.reply(to: question))
            #expect(whole.logits(of: reply, to: question) != nil)
        }
        #expect(try verification.verdict(on: home.bundle) == expected)
    }
}
