import Configuration
import Testing

@testable import Updating

private let sunday = LocalTime(weekday: 0, minute: 2 * 60, day: 100)

private func configuration(_ wishes: String = "") throws -> DeviceConfiguration {
    let text = "repository: /r\nchannel: stable\nid: \(String(repeating: "01", count: 16))\n" + wishes
    return try DeviceConfiguration(parsing: text, file: "device.yaml")
}

@Suite("The owner decides what happens alone")
struct PermissionTests {
    @Test(
        "What is let, by policy",
        arguments: [
            ("", nil, nil), ("automatic: all", nil, nil), ("automatic: fetch", nil, .fetchOnly),
            ("automatic: notify", .notify, .fetchOnly),
            ("schedule: {windows: ['01:00-03:00']}", nil, nil),
            ("schedule: {windows: ['03:00-04:00']}", .window, .window),
            ("automatic: fetch\nschedule: {windows: ['03:00-04:00']}", .window, .fetchOnly),
            ("schedule: {links: [eth0]}", .link("wwan0"), nil), ("schedule: {links: ['ww*']}", nil, nil),
        ] as [(String, OwnersReason?, OwnersReason?)])
    func policy(wishes: String, fetching: OwnersReason?, switching: OwnersReason?) throws {
        let configuration = try configuration(wishes)
        #expect(
            configuration.permission(at: sunday, link: "wwan0", isYes: false)
                == Permission(fetching: fetching, switching: switching))
        #expect(configuration.permission(at: sunday, link: "wwan0", isYes: true) == .everything)
    }

    @Test("What can't be meant is an error with its place")
    func mistakes() {
        for wishes in [
            "automatic: maybe", "keep: -1", "schedule: {windows: ['1:00-2:00']}",
            "schedule: {windows: ['25:00-26:00']}",
            "schedule: {windows: ['mo 01:00-02:00']}", "schedule: {jitter: 2000}", "schedule: {hours: 3}",
            "reports: {label: x}", "reports: {url: 'ftp://x'}", "check: {command: [relative]}", "check: {command: []}",
        ] {
            #expect(throws: ConfigurationError.self, "\(wishes)") { try configuration(wishes) }
        }
    }

    @Test(
        "Windows",
        arguments: [
            ("01:00-05:00", 0, 59, false), ("01:00-05:00", 0, 60, true), ("01:00-05:00", 0, 299, true),
            ("01:00-05:00", 0, 300, false), ("22:00-06:00", 3, 23 * 60, true), ("22:00-06:00", 3, 5 * 60, true),
            ("22:00-06:00", 3, 12 * 60, false), ("sat,sun 10:00-12:00", 6, 660, true),
            ("sat,sun 10:00-12:00", 1, 660, false), ("sat 22:00-06:00", 0, 60, true),
            ("sat 22:00-06:00", 6, 60, false), ("00:00-00:00", 4, 700, true),
        ])
    func windows(text: String, weekday: Int, minute: Int, isOpen: Bool) throws {
        var schedule = Schedule()
        schedule.windows = [try #require(Schedule.Window(text))]
        #expect(schedule.isOpen(at: LocalTime(weekday: weekday, minute: minute, day: 7), device: [1]) == isOpen)
    }

    @Test("Jitter spreads devices over a window's start, and each of them over the days")
    func jitter() throws {
        var schedule = Schedule()
        schedule.windows = [try #require(Schedule.Window("01:00-05:00"))]
        schedule.jitter = 60
        func start(_ device: UInt8, _ day: Int) -> Int {
            (0..<1440).first { schedule.isOpen(at: LocalTime(weekday: 1, minute: $0, day: day), device: [device]) }
                ?? -1
        }
        let devices = (0..<40).map { start($0, 5) }
        #expect(devices.allSatisfy { (60...120).contains($0) })
        #expect(Set(devices).count > 15)
        #expect(Set((0..<20).map { start(7, $0) }).count > 8)
        schedule.jitter = 1440
        #expect((0..<40).allSatisfy { (60...180).contains(start($0, 5)) })
    }

    @Test("The link of the default route")
    func link() {
        let head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        let local = "eth0\t0000FEA9\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
        let wifi = "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
        let cable = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        let zeros = String(repeating: "0", count: 32)
        let v6 = "\(zeros) 00 \(zeros) 00 fe80\(zeros.dropFirst(4)) 00000032 00000001 00000000 00000003 usb0\n"
        let none = "\(zeros) 00 \(zeros) 00 \(zeros) ffffffff 00000001 00000000 00200200 lo\n"
        #expect(defaultLink(ipv4: head + local + wifi + cable, ipv6: none) == "eth0")
        #expect(defaultLink(ipv4: head + local + wifi, ipv6: none) == "wlan0")
        #expect(defaultLink(ipv4: head + local + wifi, ipv6: v6) == "usb0")
        #expect(defaultLink(ipv4: head + local, ipv6: none) == nil)
        #expect(defaultLink(ipv4: "", ipv6: "garbage") == nil)
    }

    @Test("A runtime that the owner doesn't name is a reason to refuse; without names nothing is")
    func runtimes() {
        var abilities = DeviceAbilities(memory: 1, cpu: [], modelpack: nil)
        #expect(abilities.unmet(of: .init(runtime: ["llama.cpp"])) == nil)
        abilities.runtimes = ["modelpack", "llama.cpp"]
        #expect(abilities.unmet(of: .init(runtime: ["mlx", "llama.cpp"])) == nil)
        #expect(abilities.unmet(of: .init()) == nil)
        abilities.runtimes = ["modelpack"]
        #expect(
            abilities.unmet(of: .init(runtime: ["mlx", "llama.cpp"]))
                == .unmet(requirement: "runtime", needed: "mlx or llama.cpp", found: "modelpack"))
    }
}
