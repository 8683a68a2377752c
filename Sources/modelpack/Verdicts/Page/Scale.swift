import Glibc
import Verifying

/// How values are put on a chart's axis.
enum Scale {
    case linear
    /// By powers of ten, all below `least` in one place.
    case logarithmic(least: Double)

    func place(_ value: Double) -> Double {
        switch self {
        case .linear: value
        case .logarithmic(let least): log10(max(value, least))
        }
    }

    /// The axis' ends, around these places.
    func ends(_ low: Double, _ high: Double) -> (Double, Double) {
        switch self {
        case .linear: high > low ? (low, high) : (low - 0.5, low + 0.5)
        case .logarithmic: (low.rounded(.down), max(high.rounded(.up), low.rounded(.down) + 1))
        }
    }

    /// Round places between the ends: powers of ten, or up to seven multiples of 1, 2 or 5 times one.
    func ticks(_ low: Double, _ high: Double) -> [Double] {
        var step = 1.0
        if case .linear = self {
            let rough = (high - low) / 6, power = pow(10, log10(rough).rounded(.down))
            step = power * ([1, 2, 5].first { $0 * power >= rough } ?? 10)
        }
        return stride(from: (low / step).rounded(.up) * step, through: high + step / 1e6, by: step).map { $0 }
    }

    /// The value at a place.
    func label(_ place: Double) -> String {
        switch self {
        case .linear: fixed(place, 3)
        case .logarithmic: fixed(pow(10, place), 5)
        }
    }

    /// The same without zeros at its end, for a tick.
    func tickLabel(_ place: Double) -> String {
        var text = label(place)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}
