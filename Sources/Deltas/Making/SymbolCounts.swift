import Tensors

/// How often each symbol came in each context of a block type.
struct SymbolCounts {
    let planes: BlockPlanes
    /// By plane, context and symbol.
    private var counts: [[UInt32]]

    init(_ planes: BlockPlanes) {
        self.planes = planes
        counts = planes.all.map { [UInt32](repeating: 0, count: $0.contexts.count * $0.alphabet) }
    }

    /// Counts symbols whose tables are the numbers of their contexts.
    mutating func add(_ run: borrowing SymbolRun) {
        let index = planes.all.firstIndex { $0.contexts == run.plane.contexts } ?? 0
        let start = run.plane.contexts.lowerBound, alphabet = run.plane.alphabet
        for place in 0..<run.count {
            let (context, symbol) = run[place]
            counts[index][(Int(context) - start) * alphabet + Int(symbol)] += 1
        }
    }

    mutating func add(_ other: SymbolCounts) {
        for plane in counts.indices {
            for index in counts[plane].indices { counts[plane][index].add(Int(other.counts[plane][index])) }
        }
    }

    /// About how many bits the symbols come to, each context with a table of its own.
    var bits: Int {
        var cost = 0
        for (counts, plane) in zip(counts, planes.all) {
            for start in stride(from: 0, to: counts.count, by: plane.alphabet) {
                let own = counts[start..<start + plane.alphabet]
                let total = own.reduce(UInt64(0)) { $0 + UInt64($1) }
                if total == 0 { continue }
                for count in own where count > 0 {
                    cost += Int(count) * (Logarithm.of(total) - Logarithm.of(UInt64(count)))
                }
            }
        }
        return cost / 256
    }

    /// The statistics with which these symbols become short.
    func statistics() -> TypeStatistics {
        TypeStatistics(
            planes: planes,
            maps: zip(counts, planes.all).map { ContextMap(clustering: $0, alphabet: $1.alphabet) })
    }
}
