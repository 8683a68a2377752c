import Tensors
import Verifying

extension ReleaseChange {
    /// How many of the tensors that changed people see.
    private static let shownTensors = 12

    /// The change in words: what it is called first, then what it costs.
    func text(from old: String, to new: String, cost: UpdateCost, _ paint: Paint) -> String {
        guard !isEmpty else { return "\(old) and \(new) are the same" }
        var lines = [paint("\(old) → \(new)", .strong)]
        func section(_ title: String, _ found: [String]) -> [String] {
            found.isEmpty ? [] : [paint(title, .strong)] + found.map { "  " + $0 }
        }
        lines += section("manifest", manifest.map(\.words))
        lines += section("GGUF keys", keys.map(\.words))
        lines += section("tensors", tensorLines)
        lines += section("golden prompts", promptLines)
        lines += section("files", files.map(\.words))
        lines.append(cost.words)
        return lines.joined(separator: "\n")
    }

    private var tensorLines: [String] {
        guard !tensors.isEmpty else { return [] }
        var lines = ["\(tensors.same) the same, \(tensors.changed.count) changed"]
        lines += tensors.changed.prefix(Self.shownTensors).map(\.words)
        let rest = tensors.changed.count - Self.shownTensors
        if rest > 0 { lines.append("and \(rest) more, which --json has") }
        return lines
    }

    private var promptLines: [String] {
        func line(_ what: String, _ ids: [String]) -> String? {
            guard !ids.isEmpty else { return nil }
            let more = ids.count > 8 ? " and \(ids.count - 8) more" : ""
            return "\(ids.count) \(what): \(ids.prefix(8).joined(separator: ", "))\(more)"
        }
        return [line("new", prompts.added), line("gone", prompts.gone), line("changed", prompts.changed)]
            .compactMap { $0 }
    }
}

extension ValueChange {
    var words: String {
        switch (old, new) {
        case (nil, let new): "\(name): new, \(quoted(new ?? ""))"
        case (let old, nil): "\(name): gone, was \(quoted(old ?? ""))"
        case (let old?, let new?): "\(name): \(quoted(old)) → \(quoted(new))"
        }
    }
}

extension TensorChange {
    var words: String {
        switch change {
        case .added(let type): "\(name): new, \(type.name)"
        case .gone(let type): "\(name): gone, was \(type.name)"
        case .shape(let old, let new): "\(name): shape \(old) → \(new)"
        case .type(let old, let new): "\(name): \(old.name) → \(new.name)"
        case .blocks(let changed, let total):
            "\(name): \(grouped(changed)) of \(grouped(total)) blocks, \(percent(Double(changed) / Double(total)))"
        }
    }
}

extension FileChange {
    var words: String {
        switch (oldSize, newSize) {
        case (nil, let new): "\(path): new, \(readable(new ?? 0))"
        case (let old, nil): "\(path): gone, was \(readable(old ?? 0))"
        case (let old?, let new?) where old == new: "\(path): changed, \(readable(new)) as before"
        case (let old?, let new?): "\(path): \(readable(old)) → \(readable(new))"
        }
    }
}

extension UpdateCost {
    var words: String {
        guard let delta else { return "an update fetches \(readable(whole))" }
        let share = percent(Double(delta) / Double(max(whole, 1)))
        return "an update fetches \(readable(delta)) with a delta (\(share)), \(readable(whole)) without"
    }
}
