import Glibc

/// All bytes of standard input.
func readStandardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        // The buffer is valid for the call.
        let got = unsafe chunk.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
        guard got > 0 else { return bytes }
        bytes += chunk[..<got]
    }
}

/// Writes bytes, which need not be UTF-8, to standard output as they are.
func writeStandardOutput(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
        // The buffer is valid for the call.
        let wrote = unsafe rest.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
        guard wrote > 0 else { return }
        rest = rest.dropFirst(wrote)
    }
}
