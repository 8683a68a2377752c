import Checkpoints
import Files
import Inference
import Testing

@testable import Building
@testable import Tensors

@Suite("A size is kept to the byte, and spent where rounding costs most")
struct SizingTests {
    private static let model = HomeModel.folder

    private static func size(_ target: SizeTarget, rules: [Recipe.Rule] = [], threads: Int = 2) async throws -> (
        sizing: Sizing, plan: Plan
    ) {
        let model = try await LanguageModel.unrounded(Self.model, temporaryIn: "/tmp")
        let checkpoint = try Checkpoint(path: Self.model)
        let sizing = try Sizing(
            checkpoint, model, rules: rules, target: target, text: HomeModel.text, threads: threads)
        return (sizing, try Plan(checkpoint, recipe: sizing.recipe))
    }

    private static func damage(_ sizing: Sizing) -> Double { sizing.choices.reduce(0) { $0 + $1.damage } }

    @Test func moreBytesDoLessDamage() async throws {
        let checkpoint = try Checkpoint(path: Self.model)
        let small = try Plan(checkpoint, recipe: Recipe(type: .q4_0)).layout.size
        let large = try Plan(checkpoint, recipe: Recipe(type: .q8_0)).layout.size
        var last = Double.infinity
        for limit in [small, small + 40_000, (small + large) / 2, large] {
            let (sizing, plan) = try await Self.size(.bytes(limit))
            #expect(plan.layout.size <= limit && plan.layout.size > limit - limit / 20)
            #expect(Self.damage(sizing) < last)
            last = Self.damage(sizing)
        }
        let (sizing, plan) = try await Self.size(.bytes(10 * large))
        #expect(plan.layout.size == large && sizing.choices.allSatisfy { $0.type == .q8_0 })
        #expect(sizing.recipe.standard == .type(.q8_0))
    }

    @Test func rulesAreKept() async throws {
        let rule = Recipe.Rule(pattern: Pattern("token_embd.weight"), type: .q4_0)
        let (sizing, plan) = try await Self.size(.bitsPerWeight(5.5), rules: [rule])
        #expect(plan.layout.tensors.first { $0.name == "token_embd.weight" }?.type == .q4_0)
        #expect(!sizing.choices.contains { $0.tensor == "token_embd.weight" })
        #expect(plan.layout.size <= 3_411_200 * 11 / 16)
    }

    @Test func theChoiceDoesNotDependOnThreads() async throws {
        let one = try await Self.size(.bitsPerWeight(5), threads: 1).sizing
        let three = try await Self.size(.bitsPerWeight(5), threads: 3).sizing
        #expect(one.recipe == three.recipe && one.choices.map(\.damage) == three.choices.map(\.damage))
    }

    @Test func aSizeThatNothingFitsIsRefused() async throws {
        await #expect(throws: BuildingError.self) { try await Self.size(.bytes(1_000_000)) }
    }
}
