import ArgumentParser
internal import CProcess
import Glibc

/// Becomes another program that ends with the update that wanted it; for modelpack's own use.
struct DeviceGuard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard", abstract: "Run a program that ends with its parent.", shouldDisplay: false)

    /// As a shell ends when it finds no program.
    static let notStarted: Int32 = 127

    @Argument(help: "The process that has to be the parent.")
    var parent: Int32
    @Argument(help: "The program, and its arguments.")
    var command: [String]

    func run() throws {
        try endWithParent(parent)
        // The texts live until the program replaces this one.
        _ = unsafe withCopies(of: command) { texts in
            unsafe texts[0].map { program in unsafe execv(program, texts) }
        }
        printError("error: \(command[0]): can't run: \(unsafe String(cString: strerror(errno)))")
        throw ExitCode(Self.notStarted)
    }
}

/// Lets the kernel end this process when its parent ends; throws where that has happened already.
func endWithParent(_ parent: pid_t) throws {
    guard modelpack_die_with_parent() == 0, getppid() == parent else { throw ExitCode(DeviceGuard.notStarted) }
}
