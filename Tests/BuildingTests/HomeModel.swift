@testable import Building

/// The first release of the home-command parser, from the repository, and a text to calibrate it on.
enum HomeModel {
    static let folder = folder(of: "home-1.0.0")

    /// Where a release of it is.
    static func folder(of release: String) -> String { repository + "/Models/" + release }

    static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static let text = CalibrationText(
        Array(
            (0..<60).map { "turn on lamp \($0) in the kitchen, then set an alarm for \($0 % 12) o'clock\n" }.joined()
                .utf8),
        name: "text")
}
