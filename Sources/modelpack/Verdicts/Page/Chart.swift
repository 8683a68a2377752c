import Glibc
import Verifying

/// Charts as SVG, in the colours of the page; each says in words what it shows.
///
/// They are drawn for the width of a phone and grow with the page, so that their labels stay readable.
enum Chart {
    /// Where values are drawn, in the charts' 360 by 170 units.
    private static let left = 36.0, right = 352.0, top = 12.0, bottom = 136.0

    private static func frame(_ title: String, _ words: String, style: String, _ content: [HTML]) -> HTML {
        """
        <figure><figcaption>\(title)</figcaption>
        <svg class="\(style)" viewBox="0 0 360 170" role="img" aria-label="\(title): \(words)">\(content)</svg></figure>

        """
    }

    private static func tick(x: Double, _ label: String) -> HTML {
        let anchor = x > right - 20 ? "end" : "middle"
        return #"<text x="\#(fixed(x, 1))" y="152" text-anchor="\#(anchor)">\#(label)</text>"#
    }

    private static func tick(y: Double, _ label: String) -> HTML {
        """
        <path class="grid" d="M\(fixed(left, 0)) \(fixed(y, 1))H\(fixed(right, 0))"/>\
        <text x="\(fixed(left - 4, 0))" y="\(fixed(y + 4, 1))" text-anchor="end">\(label)</text>
        """
    }

    /// How many values lie in each of `bins` equal steps; heights go by powers of ten, so that one is seen beside
    /// thousands.
    static func histogram(
        _ title: String, _ values: [Double], of what: String, axis: String, bins: Int = 40, scale: Scale
    ) -> HTML? {
        let placed = values.map(scale.place).filter(\.isFinite)
        guard let least = placed.min(), let most = placed.max() else { return nil }
        let (low, high) = scale.ends(least, most)
        let step = (high - low) / Double(bins)
        var counts = [Int](repeating: 0, count: bins)
        for place in placed { counts[min(Int((place - low) / step), bins - 1)] += 1 }
        let decades = max(1, Int(log10(Double(counts.max() ?? 1)).rounded(.up)))
        // A decade below one, so that a single value has a height.
        func y(_ count: Double) -> Double { bottom - (bottom - top) * (log10(count) + 0.5) / (Double(decades) + 0.5) }
        func x(_ place: Double) -> Double { left + (right - left) * (place - low) / (high - low) }
        var content = (0...decades).map { decade in
            let count = Int(pow(10, Double(decade)))
            return tick(y: y(Double(count)), count < 10_000 ? "\(count)" : "\(count / 1000)k")
        }
        for (index, count) in counts.enumerated() where count > 0 {
            let from = low + step * Double(index), height = bottom - y(Double(count))
            content.append(
                """
                <rect x="\(fixed(x(from) + 0.5, 1))" y="\(fixed(bottom - height, 1))" \
                width="\(fixed((right - left) / Double(bins) - 1, 1))" height="\(fixed(height, 1))">\
                <title>\(scale.label(from)) to \(scale.label(from + step)): \(count)</title></rect>
                """)
        }
        content += scale.ticks(low, high).map { tick(x: x($0), scale.tickLabel($0)) }
        content.append(#"<text x="\#(fixed((left + right) / 2, 0))" y="167" text-anchor="middle">\#(axis)</text>"#)
        content.append(#"<text x="\#(fixed(left + 3, 0))" y="9">\#(what)</text>"#)
        let words = "\(grouped(placed.count)) \(what) from \(scale.label(least)) to \(scale.label(most))"
        return frame(title, words, style: "bars", content)
    }

    /// A point of a line: a release and its value, if it is known.
    struct Point {
        let name: String
        let value: Double?
        let isYes: Bool
    }

    /// A line over releases, oldest first; what is not known leaves a gap.
    static func line(_ title: String, _ points: [Point], _ label: (Double) -> String) -> HTML? {
        let known = points.compactMap(\.value)
        guard let low = known.min(), let high = known.max() else { return nil }
        func x(_ index: Int) -> Double {
            left + 24 + (right - left - 48) * (points.count > 1 ? Double(index) / Double(points.count - 1) : 0.5)
        }
        func y(_ value: Double) -> Double {
            high > low ? bottom - 12 - (bottom - top - 32) * (value - low) / (high - low) : (top + bottom) / 2
        }
        let labels = max(1, (points.count + 4) / 5)
        var path = "", isDrawing = false
        var dots: [HTML] = [], ticks: [HTML] = []
        for (index, point) in points.enumerated() {
            // Evenly, and surely the newest.
            let isLabelled = (points.count - 1 - index) % labels == 0
            if isLabelled { ticks.append(tick(x: x(index), point.name)) }
            guard let value = point.value else {
                isDrawing = false
                continue
            }
            path += "\(isDrawing ? "L" : "M")\(fixed(x(index), 1)) \(fixed(y(value), 1))"
            isDrawing = true
            let style = point.isYes ? "dot" : "dot no"
            dots.append(
                """
                <circle class="\(style)" cx="\(fixed(x(index), 1))" cy="\(fixed(y(value), 1))" r="4">\
                <title>\(point.name): \(label(value))\(point.isYes ? "" : ", refused")</title></circle>
                """)
            guard isLabelled else { continue }
            dots.append(
                """
                <text class="value" x="\(fixed(x(index), 1))" y="\(fixed(y(value) - 9, 1))" \
                text-anchor="middle">\(label(value))</text>
                """)
        }
        let words = points.map { "\($0.name) \($0.value.map(label) ?? "unknown")\($0.isYes ? "" : " (refused)")" }
        let base = #"<path class="grid" d="M\#(fixed(left, 0)) \#(fixed(bottom, 0))H\#(fixed(right, 0))"/>"# as HTML
        return frame(
            title, words.joined(separator: ", "), style: "line",
            [base, #"<path class="course" d="\#(path)"/>"#] + dots + ticks)
    }

    /// A bar of a table's cell: a share from 0 to 1, and where the baseline's stands.
    static func bar(_ share: Double, baseline: Double? = nil, isBad: Bool = false) -> HTML {
        func place(_ share: Double) -> String { fixed(min(max(share, 0), 1) * 100, 1) }
        let mark = baseline.map { #"<i style="left:\#(place($0))%"></i>"# as HTML }
        return """
            <span class="bar\(isBad ? " bad" : "")" aria-hidden="true">\
            <span style="width:\(place(share))%"></span>\(mark)</span>
            """
    }
}
