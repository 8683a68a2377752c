/// A number with a fixed count of decimals.
package func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled), divisor = Int(scale)
    let sign = value < 0 && whole > 0 ? "-" : ""
    let fraction = String(whole % divisor)
    return decimals == 0
        ? "\(sign)\(whole)"
        : "\(sign)\(whole / divisor).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
}

/// A share as a percentage of up to two decimals, or of exactly so many where figures stand below each other.
package func percent(_ share: Double, decimals: Int? = nil) -> String {
    let text = fixed(share * 100, decimals ?? 2)
    guard decimals == nil else { return text + " %" }
    if text.hasSuffix(".00") { return text.dropLast(3) + " %" }
    return (text.hasSuffix("0") ? text.dropLast() : text[...]) + " %"
}

/// A whole number with commas between its thousands.
package func grouped(_ number: Int) -> String {
    var text = "\(number.magnitude)"
    for place in stride(from: text.count - 3, to: 0, by: -3) {
        text.insert(",", at: text.index(text.startIndex, offsetBy: place))
    }
    return number < 0 ? "-" + text : text
}

package func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 1) + " MB" }
