import Files

/// The network link that packets to the world leave by, as the kernel's tables have it; nil where there is none.
package func defaultLink() -> String? {
    // The files' sizes read as 0, so they are read as streams would be.
    func table(_ path: String) -> String {
        String(decoding: (try? OpenFile(reading: path).read(1 << 20, at: 0)) ?? [], as: UTF8.self)
    }
    return defaultLink(ipv4: table("/proc/net/route"), ipv6: table("/proc/net/ipv6_route"))
}

/// The same from the texts of `/proc/net/route` and `/proc/net/ipv6_route`: the default route with the lowest metric.
func defaultLink(ipv4: String, ipv6: String) -> String? {
    let rows = { (text: String) in text.split(separator: "\n").map { $0.split(whereSeparator: { " \t".contains($0) }) }
    }
    var routes: [(metric: Int, link: String)] = []
    // Iface Destination Gateway Flags RefCnt Use Metric Mask …
    for row in rows(ipv4) where row.count >= 8 && row[1] == "00000000" && row[7] == "00000000" {
        if let metric = Int(row[6]) { routes.append((metric, String(row[0]))) }
    }
    // Destination PrefixLength Source PrefixLength NextHop Metric RefCnt Use Flags Iface
    for row in rows(ipv6) where row.count == 10 && row[1] == "00" && row[9] != "lo" {
        if row[0].allSatisfy({ $0 == "0" }), let metric = Int(row[5], radix: 16) {
            routes.append((metric, String(row[9])))
        }
    }
    return routes.min { $0.metric < $1.metric }?.link
}
