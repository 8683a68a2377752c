import Files
import Signatures

/// What tells one file from another: its size and the digest of its bytes.
package struct FileIdentity: Hashable, Sendable {
    package let size: Int
    package let digest: Digest

    package init(size: Int, digest: Digest) {
        self.size = size
        self.digest = digest
    }
}

/// A model's bytes: a mapped file, or a member inside one.
package struct ModelBytes: Sendable {
    package let file: MappedFile
    package let range: Range<Int>

    package init(file: MappedFile, range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
        self.file = file
        self.range = range
    }

    /// The whole file at `path`.
    package init(path: String) throws(FileError) {
        let file = try MappedFile(path: path)
        self.init(file: file, range: 0..<file.count)
    }

    package var count: Int { range.count }

    /// Some of the bytes, in place; they live as long as this value.
    @_lifetime(borrow self)
    func bytes(_ part: Range<Int>) -> RawSpan {
        let span = file.bytes.extracting(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
        // This value owns the mapping.
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Lets bytes that were read leave memory.
    func release(_ part: Range<Int>) {
        file.mapping.release(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }

    /// Size and digest, read in windows.
    package func identity() -> FileIdentity {
        var stream = DigestStream()
        let window = 1 << 20
        for start in stride(from: 0, to: count, by: window) {
            let part = start..<min(start + window, count)
            stream.update(bytes(part))
            release(part)
        }
        return FileIdentity(size: count, digest: stream.finish())
    }
}
