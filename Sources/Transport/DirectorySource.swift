import Files

#if canImport(Glibc)
    import Glibc
#endif

/// A repository in a folder: on a USB stick, or mounted.
package struct DirectorySource: Source {
    private let folder: String
    private static let pieceBytes = 1 << 20

    package init(_ folder: String) {
        self.folder = folder
    }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        let file = try open(path)
        let size = try reading(file.path) { () throws(FileError) in try file.size() }
        guard size <= limit else { throw TransportError.tooLong(address: file.path, limit: limit) }
        try read(file, 0..<size, into: sink)
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        try read(try open(path), range, into: sink)
    }

    package func another() -> any Source { self }

    private func read(_ file: borrowing OpenFile, _ range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(Self.pieceBytes, range.upperBound - offset)
            let piece: [UInt8]
            do { piece = try file.read(wanted, at: offset) } catch { throw Self.translated(error, file.path) }
            guard piece.count == wanted else {
                let found = offset + piece.count - range.lowerBound
                throw TransportError.truncated(address: file.path, expected: range.count, found: found)
            }
            try sink(unsafe piece.span.bytes)  // Bytes have no padding.
            offset += wanted
        }
    }

    private func open(_ path: String) throws(TransportError) -> OpenFile {
        let full = try location(of: path)
        do { return try OpenFile(reading: full) } catch { throw Self.translated(error, full) }
    }

    private func reading<Value>(_ path: String, _ body: () throws(FileError) -> Value) throws(TransportError) -> Value {
        do { return try body() } catch { throw Self.translated(error, path) }
    }

    /// The file's place in the folder, and never outside of it.
    private func location(of path: String) throws(TransportError) -> String {
        var result = folder
        for component in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = percentDecoded(component), !name.isEmpty, name != ".", name != "..",
                !name.utf8.contains(0x2F), !name.utf8.contains(0)
            else { throw .badAddress(path) }
            result += "/" + name
        }
        return result
    }

    private static func translated(_ error: FileError, _ path: String) -> TransportError {
        switch error {
        case .failed(_, _, ENOENT), .failed(_, _, ENOTDIR), .notRegular: .notFound(address: path)
        case .failed(_, _, let errno): .unreadable(address: path, errno: errno)
        default: .unreadable(address: path, errno: EIO)
        }
    }
}

/// Resolves `%XX`; nil where that isn't well-formed.
package func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte != 0x25 {
            bytes.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
            return nil
        }
        bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
}
