/// A share as a percentage of up to two decimals, or of exactly so many where figures stand below each other.
func percent(_ share: Double, decimals: Int? = nil) -> String {
    let text = fixed(share * 100, decimals ?? 2)
    guard decimals == nil else { return text + " %" }
    if text.hasSuffix(".00") { return text.dropLast(3) + " %" }
    return (text.hasSuffix("0") ? text.dropLast() : text[...]) + " %"
}

/// A whole number with commas between its thousands.
func grouped(_ number: Int) -> String {
    var text = "\(number.magnitude)"
    for place in stride(from: text.count - 3, to: 0, by: -3) {
        text.insert(",", at: text.index(text.startIndex, offsetBy: place))
    }
    return number < 0 ? "-" + text : text
}

func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 1) + " MB" }
