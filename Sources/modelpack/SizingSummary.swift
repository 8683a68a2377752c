import Building
import Verifying

/// Why a tensor has its type: what a size target chose.
struct SizingSummary: Encodable {
    let tensor: String
    let type: String
    /// What rounding it to Q4_0, all else being whole, does to what enters the output: squared, relative.
    let sensitivity: Double
    /// What the chosen type is foretold to do.
    let damage: Double

    init(_ choice: Sizing.Choice) {
        tensor = choice.tensor
        type = choice.type.name
        sensitivity = choice.sensitivity
        damage = choice.damage
    }

    /// The choices by kind of tensor: how sensitive it is, and which types its layers got.
    static func text(_ choices: [Sizing.Choice]) -> String {
        var kinds: [String] = []
        var groups: [String: [Sizing.Choice]] = [:]
        for choice in choices {
            let kind = kind(choice.tensor)
            if groups[kind] == nil { kinds.append(kind) }
            groups[kind, default: []].append(choice)
        }
        let rows = kinds.map { kind in
            let group = groups[kind] ?? []
            var counts: [String: Int] = [:]
            for choice in group { counts[choice.type.name, default: 0] += 1 }
            let types = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return [
                kind, share(group.reduce(0) { $0 + $1.sensitivity }), share(group.reduce(0) { $0 + $1.damage }),
                types.map { group.count == 1 ? $0.key : "\($0.value) × \($0.key)" }.joined(separator: ", "),
            ]
        }
        return "types by measured damage (what rounding to q4_0 changes in the output, and what the choice should):\n"
            + table([["tensors", "as q4_0", "chosen", "types"]] + rows)
    }

    /// `blk.*.ffn_up.weight` for `blk.7.ffn_up.weight`.
    private static func kind(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.map { $0.allSatisfy(\.isNumber) ? "*" : String($0) }.joined(separator: ".")
    }
}

/// A part of one, in percent.
func share(_ part: Double) -> String { fixed(part * 100, 3) + " %" }
