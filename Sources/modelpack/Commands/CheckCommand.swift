import ArgumentParser
import Updating

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Hash again what is installed, test it, and rebuild what has rotted.",
        discussion: """
            Of a version that has rotted only the bad chunks are fetched. One that can't be rebuilt is left for the \
            version before it, where there is one.

            Examples:
              modelpack check
              modelpack check home --json
            """)

    @Argument(help: ArgumentHelp("The model; without it, all.", valueName: "name"))
    var model: String?
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let device = try device.open()
        let (results, problem) = try device.recheck(
            model, strictly: try device.checks(common), report: UpdateProgress(common).show)
        try common.report(["models": results], text: results.map(\.text).joined(separator: "\n"))
        if let problem { throw problem }
        if results.contains(where: { $0.outcome == .failing }) { throw ExitCode(ExitStatus.verdictIsNo.rawValue) }
    }
}

extension CheckResult {
    fileprivate var text: String {
        let what = "\(model) \(version)"
        return switch outcome {
        case .whole: "\(what) is whole"
        case .rebuilt: "\(what) had rotted and is whole again; \(readable(fetched)) were fetched"
        case .givenUp: "\(what) has rotted and is given up"
        case .rotten: "\(what) has rotted, and there is no other version"
        case .failing: "\(what) is whole, but \(reason ?? "its test fails")"
        }
    }
}
