import Glibc
import Updating

extension ModelDevice {
    /// What the owner and the bundle want to be asked.
    func checks(_ common: CommonOptions) throws -> (_ folder: String) throws -> ModelHealth {
        HealthChecks(try configuration, common).run
    }
}

/// What a version must pass before it is used: its own smoke test, then the app's check, if the owner has one.
struct HealthChecks {
    let process: LimitedProcess

    init(_ configuration: DeviceConfiguration, _ common: CommonOptions) {
        process = LimitedProcess(check: configuration.check, isQuiet: common.quiet)
    }

    func run(_ folder: String) throws -> ModelHealth {
        let quiet = process.isQuiet ? ["--quiet"] : []
        let smoke = try process.run(["smoke", folder, "--parent", "\(getpid())"] + quiet)
        let health = verdict("the smoke test", smoke) { $0 == ExitStatus.verdictIsNo.rawValue }
        let command = process.check.command
        guard health == .good, !command.isEmpty else { return health }
        let check = try process.run(["device", "guard", "\(getpid())", "--"] + command + [folder])
        // Whatever it says but yes is a no, unless it can't even be started.
        return verdict("the app's check", check) { $0 != DeviceGuard.notStarted }
    }

    private func verdict(_ what: String, _ end: LimitedProcess.End, isNo: (Int32) -> Bool) -> ModelHealth {
        switch end {
        case .exited(0): .good
        case .exited(let code) where isNo(code): .bad(reason: "\(what) says no")
        case .exited(let code): .undecided(reason: "\(what) ended with exit status \(code)")
        case .signalled(let signal): .undecided(reason: "\(what) was ended by signal \(signal)")
        case .tooSlow: .undecided(reason: "\(what) took longer than \(process.check.seconds) s")
        }
    }
}
