/// Python's view of floats as text.
enum PythonFloat {
    /// The shortest text that reads back as `value`, with an exponent below 1e-4 and from 1e16 on.
    static func description(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        var text = "\(value.magnitude)"
        var exponent = 0
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = String(text[..<mark])
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(parts[0]) + (parts.count > 1 ? String(parts[1]) : "")
        var point = parts[0].count + exponent
        let zeros = digits.prefix { $0 == "0" }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == "0" { digits.removeLast() }
        let sign = value.sign == .minus ? "-" : ""
        if digits.isEmpty { return sign + "0.0" }
        return sign + layOut(digits, point)
    }

    /// `digits` with the point before the one numbered `point`.
    private static func layOut(_ digits: String, _ point: Int) -> String {
        if point > 16 || point < -3 {
            let exponent = point - 1
            let shown = String(exponent.magnitude)
            let rest = digits.count > 1 ? "." + digits.dropFirst() : ""
            return digits.prefix(1) + rest + "e" + (exponent < 0 ? "-" : "+") + (shown.count < 2 ? "0" : "") + shown
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// `value`, which is finite, with exactly `decimals` digits after the point; ties of the exact value go to even.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        var digits = DecimalDigits(value.magnitude, decimals).text
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
        let sign = value.sign == .minus ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
    }

    /// What Python's `float(text)` reads.
    static func parse(_ text: String) -> Double? {
        let trimmed = text.trimmed()
        let bare = trimmed.hasPrefix("-") || trimmed.hasPrefix("+") ? String(trimmed.dropFirst()) : trimmed
        if ["inf", "infinity", "nan"].contains(bare.lowercased()) {
            let value = bare.lowercased() == "nan" ? Double.nan : .infinity
            return trimmed.hasPrefix("-") ? -value : value
        }
        guard let first = bare.utf8.first, first.isDigit || first == UInt8(ascii: ".") else { return nil }
        let allowed = bare.utf8.allSatisfy { $0.isDigit || ".eE+-_".utf8.contains($0) }
        guard allowed, !bare.hasSuffix("_"), !bare.contains("__") else { return nil }
        return Double(trimmed.filter { $0 != "_" })
    }
}

/// A double times a power of ten, exactly, rounded half to even.
private struct DecimalDigits {
    /// Least significant first.
    private var words: [UInt32]

    init(_ value: Double, _ decimals: Int) {
        let significand = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        let exponent = max(Int(value.exponentBitPattern), 1) - 1075
        words = [UInt32(truncatingIfNeeded: significand), UInt32(truncatingIfNeeded: significand >> 32)]
        for _ in 0..<decimals { multiply(by: 10) }
        if exponent > 0 {
            for _ in 0..<exponent { multiply(by: 2) }
        } else if exponent < 0 {
            halve(-exponent)
        }
    }

    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = UInt64(words[index]) * factor + carry
            words[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { words.append(UInt32(carry)) }
    }

    private func bit(_ index: Int) -> Bool {
        index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1
    }

    /// Divides by 2 to the `count`, which is at least 1.
    private mutating func halve(_ count: Int) {
        let isHalf = bit(count - 1)
        let isMore = (0..<count - 1).contains { bit($0) }
        let length = max(words.count * 32 - count, 0)
        var result = [UInt32](repeating: 0, count: length / 32 + 1)
        for index in 0..<length where bit(index + count) { result[index / 32] |= 1 << UInt32(index % 32) }
        words = result
        guard isHalf, isMore || bit(0) else { return }
        for index in words.indices {
            let (sum, overflow) = words[index].addingReportingOverflow(1)
            words[index] = sum
            if !overflow { return }
        }
        words.append(1)
    }

    var text: String {
        var rest = words
        var digits: [UInt8] = []
        while rest.contains(where: { $0 != 0 }) {
            var remainder: UInt64 = 0
            for index in rest.indices.reversed() {
                let value = remainder << 32 | UInt64(rest[index])
                rest[index] = UInt32(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(ascii: "0") + UInt8(remainder))
        }
        return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
    }
}
