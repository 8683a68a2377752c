import Bundles
import Suites

/// What became of a limit of the gate.
package struct LimitResult: Sendable, Equatable {
    package enum Outcome: String, Sendable, Equatable {
        case kept, broken
        /// What it compares with, or the text, was not there.
        case undecided
    }

    package let limit: Manifest.GateLimit
    /// What was found: for a relative limit the difference from the baseline.
    package let found: Estimate?
    package let outcome: Outcome
    /// The bound that is broken.
    package let bound: Bound?

    package init(_ limit: Manifest.GateLimit, found: Estimate?) {
        self.limit = limit
        self.found = found
        guard let found, !found.value.isNaN else {
            outcome = .undecided
            bound = nil
            return
        }
        // A sample breaks a limit only where its whole interval does.
        let interval = limit.readsSample ? found.interval : nil
        // Shares are fractions of small numbers; a bound that is met exactly must not fail by a rounding.
        let tolerance = 1e-9
        if let minimum = limit.minimum, (interval?.upperBound ?? found.value) < minimum - tolerance {
            bound = .minimum(minimum)
        } else if let maximum = limit.maximum, (interval?.lowerBound ?? found.value) > maximum + tolerance {
            bound = .maximum(maximum)
        } else {
            bound = nil
        }
        outcome = bound == nil ? .kept : .broken
    }

    /// How far what was found is beyond the bound, by the bound's size: the worse, the larger.
    var excess: Double {
        guard let bound, let found else { return 0 }
        return abs(found.value - bound.value) / max(abs(bound.value), 1e-3)
    }
}

/// A bound of a limit.
package enum Bound: Sendable, Equatable {
    case minimum(Double)
    case maximum(Double)

    package var value: Double {
        switch self {
        case .minimum(let value), .maximum(let value): value
        }
    }
}

extension Manifest.GateLimit {
    /// Whether what is found is read as a sample: as a rule where it is a difference from the baseline.
    package var readsSample: Bool { sample ?? relative }
}
