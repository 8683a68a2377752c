import ArgumentParser
import Files

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Explain what this machine can run, and what stands in the way.",
        discussion: """
            Looks at the processor, the memory and, where there is one, the device's folder and its repository: \
            whether it answers, its signatures lead on from the device's root, and for how long its metadata is fresh. \
            With a model also at whether it would run here. Nothing is changed, and nothing is fetched but metadata. \
            The exit code is 4 if something stands in the way; a repository that doesn't answer now is only told.

            Examples:
              modelpack doctor
              modelpack doctor home-1.0.0.modelpack
              modelpack doctor --root /var/lib/modelpack
            """)

    @Argument(help: "A bundle, packed or unpacked, or a GGUF file.", completion: .file())
    var model: String?

    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let layout = try device.layout
        var sections = [Examination.machine()]
        if FileSystem.exists(layout.configuration) || device.root != nil {
            sections.append(Examination.device(try device.open()))
        }
        if let model { sections.append(try Examination.model(model, for: layout)) }
        let report = Report(runs: sections.allSatisfy(\.isFine), sections: sections)
        try common.report(report) { paint in sections.map { $0.text(paint) }.joined(separator: "\n\n") }
        if !report.runs { throw ExitCode(ExitStatus.notForThisDevice.rawValue) }
    }

    private struct Report: Encodable {
        let runs: Bool
        let sections: [Examination]
    }
}
