import Foundation

/// A terminal for a command's stdout and stderr, as wide as is wanted.
final class PseudoTerminal {
    private let main: FileHandle
    let side: FileHandle

    init(columns: UInt16) throws {
        let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
        // The name is copied before anything else asks for one.
        guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0,
            let name = unsafe ptsname(descriptor).map({ unsafe String(cString: $0) })
        else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        main = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let other = open(name, O_RDWR | O_NOCTTY)
        guard other >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        side = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        // The structure outlives the call.
        _ = unsafe ioctl(other, UInt(TIOCSWINSZ), &size)
    }

    /// All that was shown, once whoever shows it has ended.
    func shown() -> String {
        try? side.close()
        var bytes = Data()
        // Linux ends such a stream with EIO.
        while let more = try? main.read(upToCount: 1 << 16), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}

extension Workshop {
    /// What a person sees in a terminal so wide; `variables` beside TERM=xterm.
    func seen(_ arguments: String..., columns: UInt16 = 80, _ variables: [String: String] = [:]) throws -> String {
        let terminal = try PseudoTerminal(columns: columns)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.command)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["NO_COLOR"] = nil
        process.environment = environment.merging(["TERM": "xterm"]) { $1 }.merging(variables) { $1 }
        (process.standardOutput, process.standardError) = (terminal.side, terminal.side)
        try process.run()
        try? terminal.side.close()
        let shown = terminal.shown()
        process.waitUntilExit()
        return shown
    }
}
