import Signatures

#if canImport(Glibc)
    import Glibc
#endif

/// When, and on which links, a device may fetch on its own.
package struct Schedule: Equatable, Sendable {
    /// Without any, at all hours.
    package var windows: [Window] = []
    /// Minutes over which devices spread themselves at a window's start.
    package var jitter = 0
    /// Names of network links, such as `eth0` or `wl*`; without any, all.
    package var links: [String] = []

    package init() {}

    /// Hours of some days, in local time; those that pass midnight belong to the day on which they start.
    package struct Window: Equatable, Sendable {
        /// 0 is Sunday.
        package let days: Set<Int>
        package let start, end: Int

        /// Minutes from start to end.
        var length: Int { (end - start + LocalTime.minutesOfDay - 1) % LocalTime.minutesOfDay + 1 }
    }

    /// Whether a window is open for this device: each has its own start in it, another one each day.
    package func isOpen(at time: LocalTime, device id: [UInt8]) -> Bool {
        windows.isEmpty
            || windows.contains { window in
                [0, 1].contains { daysAgo in
                    let day = (time.weekday - daysAgo + 7) % 7
                    let sinceStart = time.minute + daysAgo * LocalTime.minutesOfDay - window.start
                    guard window.days.contains(day), (0..<window.length).contains(sinceStart) else { return false }
                    return sinceStart >= delay(of: window, device: id, day: time.day - daysAgo)
                }
            }
    }

    /// Whether a link is one of those that may be used.
    package func allows(link: String?) -> Bool {
        guard !links.isEmpty else { return true }
        guard let link else { return false }
        return links.contains { $0.hasSuffix("*") ? link.hasPrefix($0.dropLast()) : link == $0 }
    }

    /// Minutes after the window's start, from 0 to the jitter, and never the whole window.
    private func delay(of window: Window, device id: [UInt8], day: Int) -> Int {
        let most = min(jitter, window.length / 2)
        guard most > 0 else { return 0 }
        let bytes = Digest.sha256(id + Array("window \(day)".utf8)).bytes
        return bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } % (most + 1)
    }
}

extension Schedule.Window {
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Reads `01:00-05:00` or `sat,sun 22:00-06:00`; nil for anything else.
    package init?(_ text: String) {
        var words = text.split(separator: " ")
        guard let hours = words.popLast(), words.count <= 1 else { return nil }
        var days = Set(0..<7)
        if let word = words.first {
            let numbers = word.split(separator: ",", omittingEmptySubsequences: false).map {
                Self.dayNames.firstIndex(of: $0.lowercased())
            }
            guard !numbers.contains(nil) else { return nil }
            days = Set(numbers.compactMap(\.self))
        }
        let ends = hours.split(separator: "-", omittingEmptySubsequences: false).map { Self.minute(String($0)) }
        guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
        self.init(days: days, start: start, end: end)
    }

    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCII) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }
}

/// A moment as the clock on the wall shows it.
package struct LocalTime: Equatable, Sendable {
    static let minutesOfDay = 24 * 60

    /// 0 is Sunday.
    package let weekday: Int
    /// Since midnight.
    package let minute: Int
    /// A number that grows by one each day.
    package let day: Int

    package init(weekday: Int, minute: Int, day: Int) {
        self.weekday = weekday
        self.minute = minute
        self.day = day
    }

    /// Seconds since 1970, in this machine's time zone.
    package init(seconds: Int) {
        var time = time_t(seconds)
        // The name of the time zone in it is a constant text, and not read.
        var parts = unsafe tm()
        unsafe localtime_r(&time, &parts)
        let (hour, minute, offset) = unsafe (Int(parts.tm_hour), Int(parts.tm_min), parts.tm_gmtoff)
        self.init(weekday: unsafe Int(parts.tm_wday), minute: hour * 60 + minute, day: (seconds + offset) / 86_400)
    }
}
