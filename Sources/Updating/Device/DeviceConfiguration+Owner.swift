import Configuration

/// Where and how reports on what happened are sent; nothing is, unless the owner writes it down.
package struct Reporting: Equatable, Sendable {
    package var address: String
    /// What the owner calls this device in reports; nothing by default.
    package var label: String?
}

extension DeviceConfiguration {
    /// `automatic`, `keep`, `runtimes`, `schedule` and `reports`: what the owner decides beside the repository.
    mutating func readOwnersWishes(_ map: inout YAMLMapping) throws(ConfigurationError) {
        if let node = map.optional("automatic") {
            guard let automatic = Automatic(rawValue: try node.string()) else {
                throw node.invalid(expected: "notify, fetch or all")
            }
            self.automatic = automatic
        }
        if let node = map.optional("keep") { keep = try node.integer(in: 0...100) }
        runtimes = try map.optional("runtimes")?.strings()
        if var map = try map.optional("schedule")?.mapping() {
            for node in try map.optional("windows")?.list() ?? [] {
                guard let window = Schedule.Window(try node.string()) else {
                    throw node.invalid(expected: "hours, as 01:00-05:00 or sat,sun 22:00-06:00")
                }
                schedule.windows.append(window)
            }
            if let node = map.optional("jitter") { schedule.jitter = try node.integer(in: 0...1440) }
            schedule.links = try map.optional("links")?.strings() ?? []
            try map.finish()
        }
        if var map = try map.optional("reports")?.mapping() {
            let node = try map.required("url")
            let address = try node.string()
            guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
                throw node.invalid(expected: "https://… or http://…")
            }
            reports = Reporting(address: address, label: try map.optional("label")?.string())
            try map.finish()
        }
    }
}
