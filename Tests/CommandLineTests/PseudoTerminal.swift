import Foundation

/// A terminal for a command's stdout and stderr, as wide as is wanted.
final class PseudoTerminal {
    private let main: FileHandle
    let side: FileHandle

    init(columns: UInt16) throws {
        // Both paths are C strings for the length of their calls.
        let descriptor = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        main = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // TIOCSPTLCK opens the other side and TIOCGPTN numbers it (ioctl_tty(2)); the integers outlive the calls.
        var (lock, number): (Int32, Int32) = (0, -1)
        _ = unsafe ioctl(descriptor, 0x4004_5431, &lock)
        _ = unsafe ioctl(descriptor, 0x8004_5430, &number)
        let other = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard other >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        side = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        // The structure outlives the call.
        _ = unsafe ioctl(other, UInt(TIOCSWINSZ), &size)
    }

    /// All that was shown, once whoever shows it has ended.
    func shown() -> String {
        try? side.close()
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // The buffer is valid for the call; Linux ends such a stream with EIO.
            let got = unsafe chunk.withUnsafeMutableBytes { unsafe read(main.fileDescriptor, $0.baseAddress, $0.count) }
            guard got > 0 else { break }
            bytes += chunk[..<got]
        }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}

extension Workshop {
    /// What a person sees in a terminal so wide; `variables` beside TERM=xterm.
    func seen(_ arguments: String..., columns: UInt16 = 80, with variables: [String: String] = [:]) throws -> String {
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
