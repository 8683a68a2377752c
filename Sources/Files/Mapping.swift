#if canImport(Glibc)
    import Glibc
#endif

/// A whole file, mapped read-only: its bytes without a copy.
///
/// The address is kept as an integer, so the mapping is `Sendable` by structure; it is immutable until `deinit`.
package struct Mapping: ~Copyable, Sendable {
    private let address: UInt
    private let identity: OpenFile.Identity
    /// The file's size in bytes.
    package let count: Int
    package let path: String

    /// Maps the regular file at `path`.
    package init(path: String) throws(FileError) {
        let file = try OpenFile(reading: path)
        let size = try file.size(), identity = try file.identity()
        address = try Self.map(file, size)
        self.identity = identity
        count = size
        self.path = path
    }

    private static func map(_ file: borrowing OpenFile, _ size: Int) throws(FileError) -> UInt {
        if size == 0 { return 0 }
        let start = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0)
        guard unsafe start != MAP_FAILED else { throw .last("map", file.path) }
        return UInt(bitPattern: start)
    }

    deinit {
        // The address and length are those that mmap gave.
        if address != 0 { unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), count) }
    }

    /// The file's bytes; they live as long as the mapping.
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            // The mapping covers exactly `count` bytes and outlives the span.
            let span = unsafe RawSpan(_unsafeBytes: buffer)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The same bytes for C functions; not to be kept beyond the mapping's life.
    @unsafe package var buffer: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    /// The same file, to be read; throws `replaced` if another one has its name now.
    ///
    /// Where a file passes once, reading costs less than mapping its pages and letting them go, and fails where they
    /// would trap: on a bad disk, and in a file that somebody cuts.
    package func reopened() throws(FileError) -> OpenFile {
        let file = try OpenFile(reading: path)
        // As long as the mapping is there, no other file gets this one's number.
        guard try file.identity() == identity else { throw .replaced(path: path) }
        return file
    }

    /// Lets the pages of `range` leave memory; they are read again when touched.
    package func release(_ range: Range<Int>) {
        let page = 4096
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        guard start < end, end <= count else { return }
        // Within the mapping, and read-only, so nothing can be lost.
        unsafe madvise(UnsafeMutableRawPointer(bitPattern: address + UInt(start)), end - start, MADV_DONTNEED)
    }
}

/// A mapping with several owners.
package final class MappedFile: Sendable {
    package let mapping: Mapping

    package init(path: String) throws(FileError) {
        mapping = try Mapping(path: path)
    }

    package var path: String { mapping.path }
    package var count: Int { mapping.count }

    /// The file's bytes; they live as long as this object.
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // This object owns the mapping, which covers exactly these bytes.
            let span = unsafe RawSpan(_unsafeBytes: mapping.buffer)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
