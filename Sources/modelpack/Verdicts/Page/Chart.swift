import Glibc

/// Charts as SVG, in the colours of the page; each says in words what it shows.
enum Chart {
    /// How many values lie in each of `counts.count` equal steps from `low` to `high`, marked by `mark`.
    static func histogram(_ title: String, _ values: [Double], bins: Int = 32, scale: Scale) -> HTML? {
        let placed = values.map(scale.place).filter(\.isFinite)
        guard let low = placed.min(), let high = placed.max() else { return nil }
        let step = max((high - low) / Double(bins), 1e-12)
        var counts = [Int](repeating: 0, count: bins)
        for place in placed { counts[min(Int((place - low) / step), bins - 1)] += 1 }
        let top = Double(counts.max() ?? 1)
        let width = 640.0 / Double(bins)
        let bars: [HTML] = counts.enumerated().compactMap { index, count in
            guard count > 0 else { return nil }
            // A single value must be seen beside thousands.
            let height = max(Double(count) / top * 120, 2)
            let from = scale.label(low + step * Double(index)), to = scale.label(low + step * Double(index + 1))
            return """
                <rect x="\(fixed(Double(index) * width + 0.5, 1))" y="\(fixed(124 - height, 1))" \
                width="\(fixed(width - 1, 1))" height="\(fixed(height, 1))"><title>\(from) to \(to): \
                \(count)</title></rect>
                """
        }
        let ends = "\(scale.label(low)) to \(scale.label(high))"
        return """
            <figure><figcaption>\(title)</figcaption>
            <svg viewBox="0 0 640 142" role="img" aria-label="\(title): \(placed.count) values from \(ends)">\(bars)
            <text x="0" y="139">\(scale.label(low))</text>\
            <text x="640" y="139" text-anchor="end">\(scale.label(high))</text></svg></figure>

            """
    }

    /// A line over releases, oldest first; values that are not known leave a gap.
    static func line(_ title: String, _ points: [(name: String, value: Double?)], _ label: (Double) -> String) -> HTML?
    {
        let known = points.compactMap(\.value)
        guard let low = known.min(), let high = known.max() else { return nil }
        func x(_ index: Int) -> String { fixed(20 + 600 * Double(index) / Double(max(points.count - 1, 1)), 1) }
        func y(_ value: Double) -> String { fixed(high > low ? 110 - 96 * (value - low) / (high - low) : 62, 1) }
        var path = "", isDrawing = false
        var dots: [HTML] = []
        for (index, point) in points.enumerated() {
            guard let value = point.value else {
                isDrawing = false
                continue
            }
            path += "\(isDrawing ? "L" : "M")\(x(index)) \(y(value))"
            isDrawing = true
            dots.append(
                #"<circle cx="\#(x(index))" cy="\#(y(value))" r="4"><title>\#(point.name): \#(label(value))</title></circle>"#
            )
        }
        let words = points.map { "\($0.name) \($0.value.map(label) ?? "unknown")" }.joined(separator: ", ")
        return """
            <figure><figcaption>\(title)</figcaption>
            <svg class="line" viewBox="0 0 640 142" role="img" aria-label="\(title): \(words)">\
            <path d="\(path)"/>\(dots)
            <text x="20" y="139">\(points.first?.name ?? "")</text>\
            <text x="620" y="139" text-anchor="end">\(points.last?.name ?? ""): \
            \(points.last?.value.map(label) ?? "unknown")</text></svg></figure>

            """
    }

    /// A bar of a table's cell: a share from 0 to 1.
    static func bar(_ share: Double) -> HTML {
        #"<span class="bar" aria-hidden="true"><span style="width:\#(fixed(min(max(share, 0), 1) * 100, 1))%"></span></span>"#
    }

    /// How values are put on an axis.
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

        func label(_ place: Double) -> String {
            switch self {
            case .linear: fixed(place, 2)
            case .logarithmic: fixed(pow(10, place), 5)
            }
        }
    }
}
