/// A number found on a sample, and how sure it is.
package struct Estimate: Sendable, Equatable {
    package let value: Double
    /// Its standard error; nil where none can be told.
    package let error: Double?
    /// Where the number is no mean, and its bounds are known otherwise: at 95 %.
    private let bounds: ClosedRange<Double>?

    package init(_ value: Double, error: Double? = nil) {
        self.value = value
        self.error = error
        bounds = nil
    }

    init(_ value: Double, bounds: ClosedRange<Double>?) {
        self.value = value
        error = nil
        self.bounds = bounds
    }

    /// Where the number lies with a confidence of 95 %.
    package var interval: ClosedRange<Double>? {
        if let bounds { return bounds }
        return error.map { value - Self.z * $0...value + Self.z * $0 }
    }

    /// How many standard errors to either side leave 5 % outside.
    static let z = 1.959963984540054

    /// The mean of values that come in groups, which are alike within: prompts, or chunks of a text.
    init(meanOf groups: [[Double]]) {
        self.init(sums: groups.map { ($0.reduce(0, +), Double($0.count)) })
    }

    /// The ratio of two sums over groups, with its standard error by the spread between groups.
    init(sums groups: [(sum: Double, count: Double)]) {
        let groups = groups.filter { $0.count > 0 }
        let count = groups.reduce(0) { $0 + $1.count }
        guard count > 0 else {
            self.init(0)
            return
        }
        let mean = groups.reduce(0) { $0 + $1.sum } / count
        guard groups.count > 1 else {
            self.init(mean)
            return
        }
        let squares = groups.reduce(0) { total, group in
            let rest = group.sum - mean * group.count
            return total + rest * rest
        }
        let number = Double(groups.count)
        self.init(mean, error: (squares * number / (number - 1)).squareRoot() / count)
    }
}
