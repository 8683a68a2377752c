/// The statistics of one plane: contexts, and the table of frequencies that each of them uses.
struct ContextMap {
    /// By context, which of `tables`.
    let map: [UInt8]
    let tables: [Frequencies]
}

extension ContextMap {
    static let maximumTables = 64

    /// Puts contexts with like statistics together, so that few tables serve all of them.
    ///
    /// `counts` holds the alphabet's counts for one context after the other.
    init(clustering counts: [UInt32], alphabet: Int) {
        var clusters = Clusters(counts, alphabet: alphabet)
        for _ in 0..<3 {
            clusters.grow(to: Self.maximumTables)
            clusters.refine()
        }
        clusters.prune()
        let used = Set(clusters.places).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
        var map = [UInt8](repeating: 0, count: counts.count / alphabet)
        var last: UInt8 = 0
        var next = 0
        for context in map.indices {
            if next < clusters.members.count, clusters.members[next].context == context {
                last = UInt8(numbers[clusters.places[next]] ?? 0)
                next += 1
            }
            // A context that never comes shares its neighbour's table, which costs nothing to say.
            map[context] = last
        }
        self.map = map
        // A plane that no symbol is in has a table nevertheless.
        tables =
            used.isEmpty ? [Frequencies(onlyFirstOf: alphabet)] : used.map { Frequencies(scaling: clusters.sums[$0]) }
    }
}

extension UInt32 {
    /// As far as it goes: shares are what matters, and no share of so many needs to be exact.
    mutating func add(_ count: Int) { self = UInt32(Swift.min(Int(self) + count, Int(UInt32.max))) }
}

/// Contexts on their way into groups.
private struct Clusters {
    let alphabet: Int
    /// The contexts that come at all, ascending, each with its symbols and their counts.
    let members: [(context: Int, counts: [(symbol: Int, count: Int)])]
    /// By member: its cluster.
    private(set) var places: [Int]
    private(set) var sums: [[UInt32]]
    /// By cluster and symbol: what the symbol costs, in 256ths of a bit.
    private var costs: [[Int]] = []
    /// By member: what it costs where it is.
    private var spent: [Int] = []

    init(_ counts: [UInt32], alphabet: Int) {
        self.alphabet = alphabet
        let contexts = counts.count / alphabet
        members = (0..<contexts).compactMap { context in
            let own: [(symbol: Int, count: Int)] = (0..<alphabet).compactMap { symbol in
                let count = Int(counts[context * alphabet + symbol])
                return count == 0 ? nil : (symbol, count)
            }
            return own.isEmpty ? nil : (context, own)
        }
        places = [Int](repeating: 0, count: members.count)
        sums = [[UInt32](repeating: 0, count: alphabet)]
        settle()
    }

    private static func costs(of sum: [UInt32]) -> [Int] {
        // A symbol that a cluster lacks costs as one that comes a quarter of a time; an emptied cluster attracts none.
        if sum.allSatisfy({ $0 == 0 }) { return [Int](repeating: 1 << 20, count: sum.count) }
        let quarters = sum.map { max(1, 4 * UInt64($0)) }
        let total = Logarithm.of(quarters.reduce(0, +))
        return quarters.map { total - Logarithm.of($0) }
    }

    private func cost(of counts: [(symbol: Int, count: Int)], by costs: [Int]) -> Int {
        counts.reduce(0) { $0 + $1.count * costs[$1.symbol] }
    }

    private func statistics(of member: Int) -> [UInt32] {
        var own = [UInt32](repeating: 0, count: alphabet)
        for (symbol, count) in members[member].counts { own[symbol] = UInt32(count) }
        return own
    }

    /// Makes clusters out of those contexts that lose most where they are.
    mutating func grow(to limit: Int) {
        let ideal = members.indices.map { cost(of: members[$0].counts, by: Self.costs(of: statistics(of: $0))) }
        for _ in Set(places).count..<limit {
            guard let worst = members.indices.max(by: { spent[$0] - ideal[$0] < spent[$1] - ideal[$1] }),
                spent[worst] - ideal[worst] > Self.worthwhile
            else { return }
            let cluster = sums.firstIndex { $0.allSatisfy { $0 == 0 } } ?? sums.count
            if cluster == sums.count {
                sums.append([])
                costs.append([])
            }
            sums[cluster] = statistics(of: worst)
            costs[cluster] = Self.costs(of: sums[cluster])
            for index in members.indices { move(index, ifBetterIn: cluster) }
            settle()
        }
    }

    /// Gives up clusters that save less than their tables cost, a few at a time.
    mutating func prune() {
        while true {
            let used = sums.indices.filter { sums[$0].contains { $0 > 0 } }
            if used.count < 2 { return }
            var savings = sums.map { sum in -Self.worthwhile * sum.count(where: { $0 > 0 }) }
            /// By cluster: where its contexts would go.
            var heirs = sums.map { _ in Set<Int>() }
            for index in members.indices {
                var next = (cost: Int.max / 4096, cluster: places[index])
                for cluster in used where cluster != places[index] {
                    let cost = cost(of: members[index].counts, by: costs[cluster])
                    if cost < next.cost { next = (cost, cluster) }
                }
                savings[places[index]] += next.cost - spent[index]
                heirs[places[index]].insert(next.cluster)
            }
            // No cluster goes along with one of its heirs, for then the saving isn't known.
            var dropped = Set<Int>(), kept = Set<Int>()
            for cluster in used.filter({ savings[$0] < 0 }).sorted(by: { savings[$0] < savings[$1] })
            where !kept.contains(cluster) && dropped.isDisjoint(with: heirs[cluster]) {
                dropped.insert(cluster)
                kept.formUnion(heirs[cluster])
            }
            if dropped.isEmpty { return }
            for cluster in dropped { costs[cluster] = [Int](repeating: 1 << 20, count: alphabet) }
            for index in members.indices where dropped.contains(places[index]) { spent[index] = .max }
            refine()
        }
    }

    /// Moves every context to where it costs least.
    mutating func refine() {
        for index in members.indices {
            for cluster in sums.indices { move(index, ifBetterIn: cluster) }
        }
        settle()
    }

    /// What a symbol of a table costs in the delta, in 256ths of a bit.
    private static let worthwhile = 6 * 256

    private mutating func move(_ index: Int, ifBetterIn cluster: Int) {
        let cost = cost(of: members[index].counts, by: costs[cluster])
        guard cost < spent[index] else { return }
        spent[index] = cost
        places[index] = cluster
    }

    /// Counts anew what each cluster holds.
    private mutating func settle() {
        for cluster in sums.indices { sums[cluster] = [UInt32](repeating: 0, count: alphabet) }
        for index in members.indices {
            for (symbol, count) in members[index].counts { sums[places[index]][symbol].add(count) }
        }
        costs = sums.map { Self.costs(of: $0) }
        spent = members.indices.map { cost(of: members[$0].counts, by: costs[places[$0]]) }
    }
}
