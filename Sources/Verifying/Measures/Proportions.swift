/// Shares of prompts, by Wilson's score method (1927) and, for two shares of the same prompts, Newcombe's (1998, method
/// 10): both stay within bounds and hold for few prompts and for shares of 0 and 1.
enum Proportions {
    /// Where a share lies with a confidence of 95 %, having been found to be `share` of `count`.
    static func interval(_ share: Double, of count: Double) -> ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        let z = Estimate.z, square = z * z / count
        let middle = share + square / 2
        let spread = z * (max(share * (1 - share), 0) / count + square / (4 * count)).squareRoot()
        let low = max((middle - spread) / (1 + square), 0), high = min((middle + spread) / (1 + square), 1)
        return min(low, high)...max(low, high)
    }

    /// Shares of pairs of outcomes: both right, only the first, only the second, neither.
    struct Pairs {
        var both = 0.0
        var first = 0.0
        var second = 0.0
        var neither = 0.0
        /// How many prompts of equal weight would tell as much.
        var count = 0.0
    }

    /// Where the first share minus the second lies.
    static func difference(_ pairs: Pairs) -> ClosedRange<Double> {
        let total = pairs.both + pairs.first + pairs.second + pairs.neither
        guard total > 0, pairs.count > 0 else { return -1...1 }
        let (a, b, c, d) = (pairs.both / total, pairs.first / total, pairs.second / total, pairs.neither / total)
        let (first, second) = (a + b, a + c)
        let (mine, theirs) = (interval(first, of: pairs.count), interval(second, of: pairs.count))
        let margins = (a + b) * (c + d) * (a + c) * (b + d)
        var correlation = 0.0
        if margins > 0 {
            let product = a * d - b * c
            // Newcombe's correction for continuity, where the correlation is positive.
            correlation = (product > 0 ? max(product - 0.5 / pairs.count, 0) : product) / margins.squareRoot()
        }
        func spread(_ x: Double, _ y: Double) -> Double {
            max(x * x - 2 * correlation * x * y + y * y, 0).squareRoot()
        }
        let low = first - second - spread(first - mine.lowerBound, theirs.upperBound - second)
        let high = first - second + spread(mine.upperBound - first, second - theirs.lowerBound)
        return min(low, high)...max(low, high)
    }
}
