import FoundationEssentials

/// A moment as TUF writes it: `YYYY-MM-DDTHH:MM:SSZ`.
package struct Moment: Hashable, Sendable, Comparable {
    /// Whole seconds since 1970 began, in UTC.
    package let seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    /// The last whole second up to `date`.
    package init(_ date: Date) { seconds = Int(date.timeIntervalSince1970.rounded(.down)) }

    /// Reads the one form that TUF allows; nil for any other, and for days that do not exist.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 else { return nil }
        for (index, separator) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")] {
            guard [bytes[index]] == Array(separator.utf8) else { return nil }
        }
        var fields: [Int] = []
        for (start, count) in [(0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2)] {
            var number = 0
            for byte in bytes[start..<(start + count)] {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + Int(byte - 0x30)
            }
            fields.append(number)
        }
        let (hour, minute, second) = (fields[3], fields[4], fields[5])
        guard (1...12).contains(fields[1]), fields[2] >= 1, hour < 24, minute < 60, second < 60 else { return nil }
        seconds = Self.days(fields[0], fields[1], fields[2]) * 86400 + hour * 3600 + minute * 60 + second
        // A day that does not exist comes out as another.
        guard self.text == text else { return nil }
    }

    /// The moment as TUF writes it.
    package var text: String {
        let day = Int((Double(seconds) / 86400).rounded(.down)), second = seconds - day * 86400
        let (year, month, date) = Self.date(day)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))T\(time)Z"
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }

    /// Days since 1970 in the Gregorian calendar. Years begin in March here, so that the leap day ends one.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        // 719468 days lie between 1 March of year 0 and 1970.
        return year * 365 + floorDivide(year, 4) - floorDivide(year, 100) + floorDivide(year, 400) + dayOfYear - 719468
    }

    /// The inverse of `days`.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719468
        let era = floorDivide(shifted, 146097), dayOfEra = shifted - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ number: Int, _ by: Int) -> Int {
        number >= 0 ? number / by : (number - by + 1) / by
    }
}
