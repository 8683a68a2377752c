/// A pre-tokenizer's regular expression over character kinds; the first alternative that matches wins.
///
/// Runs are greedy and give back as needed; what a group has matched stays. No pattern of ours needs more.
struct WordPattern: Sendable {
    /// A part of a pattern.
    indirect enum Part: Sendable {
        /// From `least` to `most` characters of a set.
        case run(KindSet, least: Int, most: Int)
        /// Here the text ends, or goes on with a character of the set.
        case before(KindSet)
        /// Here the text ends.
        case end
        /// From `least` to `most` times one of the alternatives.
        case group([[Part]], least: Int, most: Int)
    }

    private struct Step {
        enum Action { case run, before, end, group }
        var action: Action
        var set = KindSet.none
        var least = 0
        var most = 0
        /// Of a group, its alternatives.
        var branches = 0..<0
    }

    private var steps: [Step] = []
    /// Each alternative's steps.
    private var branches: [Range<Int>] = []
    private var top = 0..<0
    /// For each kind, a bit for each alternative of the whole that may begin with it.
    private var openings = [UInt32](repeating: 0, count: 192)

    init(_ alternatives: [[Part]]) {
        top = add(alternatives)
        for (index, alternative) in alternatives.enumerated() {
            let opening = Self.opening(alternative)
            for kind in openings.indices where opening.contains(UInt8(kind)) { openings[kind] |= 1 << UInt32(index) }
        }
    }

    /// Cuts each word of `words`, given by their ends, at this pattern's matches; what lies between is a word too.
    func cut(_ words: [Int], _ kinds: [UInt8]) -> [Int] {
        var cut: [Int] = []
        cut.reserveCapacity(words.count)
        var start = 0
        for end in words {
            var index = start
            while index < end {
                if let next = match(kinds, index, end) {
                    if start < index { cut.append(index) }
                    cut.append(next)
                    start = next
                    index = next
                } else {
                    index += 1
                }
            }
            if start < end { cut.append(end) }
            start = end
        }
        return cut
    }

    /// The end of the match that starts at `index`; none is empty.
    private func match(_ kinds: [UInt8], _ index: Int, _ end: Int) -> Int? {
        var candidates = openings[Int(kinds[index])]
        while candidates != 0 {
            let branch = branches[top.lowerBound + candidates.trailingZeroBitCount]
            if let next = follow(branch.lowerBound, branch.upperBound, kinds, index, end), next > index { return next }
            candidates &= candidates - 1
        }
        return nil
    }

    /// The end of what the steps from `step` on match at `start`.
    private func follow(_ step: Int, _ last: Int, _ kinds: [UInt8], _ start: Int, _ end: Int) -> Int? {
        guard step < last else { return start }
        switch steps[step].action {
        case .run:
            let (set, least) = (steps[step].set, steps[step].least)
            var index = start
            let limit = steps[step].most < end - start ? start + steps[step].most : end
            while index < limit, set.contains(kinds[index]) { index += 1 }
            if step + 1 == last { return index - start >= least ? index : nil }
            while index - start >= least {
                if let next = follow(step + 1, last, kinds, index, end) { return next }
                index -= 1
            }
            return nil
        case .before:
            guard start == end || steps[step].set.contains(kinds[start]) else { return nil }
            return follow(step + 1, last, kinds, start, end)
        case .end: return start == end ? follow(step + 1, last, kinds, start, end) : nil
        case .group:
            var (index, times) = (start, 0)
            while times < steps[step].most, let next = choose(steps[step].branches, kinds, index, end) {
                times += 1
                index = next
            }
            return times >= steps[step].least ? follow(step + 1, last, kinds, index, end) : nil
        }
    }

    private func choose(_ choices: Range<Int>, _ kinds: [UInt8], _ start: Int, _ end: Int) -> Int? {
        for choice in choices {
            if let next = follow(branches[choice].lowerBound, branches[choice].upperBound, kinds, start, end),
                next > start
            {
                return next
            }
        }
        return nil
    }

    private mutating func add(_ alternatives: [[Part]]) -> Range<Int> {
        let found = alternatives.map { parts in
            let new = parts.map { part in
                switch part {
                case .run(let set, let least, let most): Step(action: .run, set: set, least: least, most: most)
                case .before(let set): Step(action: .before, set: set)
                case .end: Step(action: .end)
                case .group(let inner, let least, let most):
                    Step(action: .group, least: least, most: most, branches: add(inner))
                }
            }
            steps.append(contentsOf: new)
            return steps.count - new.count..<steps.count
        }
        branches.append(contentsOf: found)
        return branches.count - found.count..<branches.count
    }

    /// The kinds that a match may begin with.
    private static func opening(_ parts: [Part]) -> KindSet {
        var opening = KindSet.none
        for part in parts {
            switch part {
            case .run(let set, let least, _):
                opening = opening.union(set)
                if least > 0 { return opening }
            case .group(let inner, let least, _):
                for alternative in inner { opening = opening.union(Self.opening(alternative)) }
                if least > 0 { return opening }
            case .before, .end: break
            }
        }
        return opening
    }
}
