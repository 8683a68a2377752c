/// A moment by calendar and clock, as `strftime_now` tells it.
package struct TemplateTime: Sendable, Equatable {
    private let year, month, day, hour, minute, second: Int

    /// Nil for what no calendar has.
    package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// Reads `2026-01-31T12:00:00`; nil for anything else.
    package init?(_ text: String) {
        let numbers = text.utf8.split(omittingEmptySubsequences: false) { "-T:".utf8.contains($0) }.map { part in
            part.allSatisfy(\.isDigit) ? Int(String(decoding: part, as: UTF8.self)) ?? -1 : -1
        }
        guard text.utf8.count == 19, numbers.count == 6 else { return nil }
        self.init(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers[5])
    }

    /// The text `format` makes, as C's `strftime` does in the C locale; nil for codes that aren't known.
    func formatted(_ format: String) -> String? {
        var text = ""
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let isBare = rest.first == "-"
            if isBare { rest.removeFirst() }
            guard let code = rest.popFirst(), let part = part(code) else { return nil }
            text += isBare ? Self.bare(part) : part
        }
        return text
    }

    /// Without zeros and spaces before the number.
    private static func bare(_ part: String) -> String {
        let number = part.drop { $0 == "0" || $0 == " " }
        return number.isEmpty && !part.isEmpty ? "0" : String(number)
    }

    private func part(_ code: Unicode.Scalar) -> String? {
        switch code {
        case "Y": return padded(year, 4)
        case "y": return padded(year % 100)
        case "C": return padded(year / 100)
        case "m": return padded(month)
        case "d": return padded(day)
        case "e": return padded(day, 2, " ")
        case "H": return padded(hour)
        case "I": return padded((hour + 11) % 12 + 1)
        case "M": return padded(minute)
        case "S": return padded(second)
        case "f": return "000000"
        case "p": return hour < 12 ? "AM" : "PM"
        case "B": return Self.months[month - 1]
        case "b", "h": return String(Self.months[month - 1].prefix(3))
        case "A": return Self.weekdays[weekday]
        case "a": return String(Self.weekdays[weekday].prefix(3))
        case "w": return "\(weekday)"
        case "u": return "\(weekday == 0 ? 7 : weekday)"
        case "j": return padded(dayOfYear, 3)
        case "U": return padded((dayOfYear + 6 - weekday) / 7)
        case "W": return padded((dayOfYear + 6 - (weekday + 6) % 7) / 7)
        case "F": return formatted("%Y-%m-%d")
        case "T", "X": return formatted("%H:%M:%S")
        case "R": return formatted("%H:%M")
        case "r": return formatted("%I:%M:%S %p")
        case "D", "x": return formatted("%m/%d/%y")
        case "c": return formatted("%a %b %e %H:%M:%S %Y")
        case "z", "Z": return ""
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        default: return nil
        }
    }

    private func padded(_ number: Int, _ width: Int = 2, _ fill: String = "0") -> String {
        let digits = "\(number)"
        return String(repeating: fill, count: max(width - digits.count, 0)) + digits
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func days(in month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(in: $1, year) } }

    /// From Sunday, which is 0.
    private var weekday: Int {
        let years = year - 1
        return (years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear) % 7
    }
}
