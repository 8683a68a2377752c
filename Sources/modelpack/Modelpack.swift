import ArgumentParser
import Bundles
import Glibc

@main
struct Modelpack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modelpack",
        abstract: "Get language models onto devices, and keep them right there.",
        version: modelpackVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Making",
                subcommands: [
                    Keys.self, InitCommand.self, BuildCommand.self, Quantize.self, Sign.self, Inspect.self, Unpack.self,
                    DiffCommand.self, DeltaCommand.self, DoctorCommand.self,
                ]),
            CommandGroup(
                name: "Judging",
                subcommands: [
                    VerifyCommand.self, RunCommand.self, ScoreCommand.self, BenchCommand.self, TokenizeCommand.self,
                    RenderCommand.self, SmokeCommand.self,
                ]),
            CommandGroup(
                name: "Publishing",
                subcommands: [
                    PolicyCommand.self, Repo.self, Publish.self, RolloutCommand.self, PushCommand.self,
                    PullCommand.self,
                ]),
            CommandGroup(
                name: "Devices",
                subcommands: [
                    DeviceCommand.self, UpdateCommand.self, ActivateCommand.self, StatusCommand.self,
                    HistoryCommand.self, ConfirmCommand.self, RollbackCommand.self, PinCommand.self,
                    UnpinCommand.self, UnblockCommand.self, CheckCommand.self, CollectCommand.self,
                ]),
        ])

    /// Runs the command line and ends with the exit code of the contract: never swift-argument-parser's 1.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        switch error {
        case let error as any Explained:
            printError(error)
            Glibc.exit(error.status.rawValue)
        case let code as ExitCode:
            Glibc.exit(code.rawValue)
        default:
            let code = exitCode(for: error)
            if code == .success { exit(withError: error) }
            let isUsage = code == .validationFailure
            let mistake: any Explained =
                isUsage
                ? UsageMistake(
                    full: fullMessage(for: error), brief: message(for: error),
                    arguments: Array(CommandLine.arguments.dropFirst()))
                : CommandError(
                    status: .bug, message: message(for: error),
                    hint: "this is a bug in modelpack; please report it with the command that you typed")
            printError(mistake)
            Glibc.exit(mistake.status.rawValue)
        }
    }
}
