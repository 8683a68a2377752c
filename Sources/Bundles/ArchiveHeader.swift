internal import CLibArchive

/// The header of one member in the archive: POSIX pax, "restricted" in libarchive's sense, everything fixed but path,
/// size and time.
enum ArchiveHeader {
    /// Permission bits of every member.
    static let mode = 0o644
    static let block = 512
    /// Two zero blocks end the archive.
    static let end = 2 * block
    /// From here on a size needs an extended header before the common one.
    private static let largeSize = 1 << 33

    /// The header's length for a member of `size` bytes.
    static func length(forSize size: Int) -> Int { size < largeSize ? block : 3 * block }

    /// The next multiple of the block size.
    static func padded(_ size: Int) -> Int { (size + block - 1) / block * block }

    /// The header's bytes as libarchive writes them; of another length than `length(forSize:)` beyond `BundleLimits`.
    static func bytes(path: String, size: Int, time: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4 * block)
        var used = 0
        // libarchive writes to `buffer` and `used` until it is freed, which is before this call ends.
        unsafe withUnsafeMutablePointer(to: &used) { used in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                let archive = unsafe archive_write_new()
                let entry = unsafe archive_entry_new()
                unsafe archive_write_set_format_pax_restricted(archive)
                unsafe archive_write_set_bytes_per_block(archive, 0)
                unsafe archive_write_open_memory(archive, buffer.baseAddress, buffer.count, used)
                unsafe archive_entry_set_pathname(entry, path)
                unsafe archive_entry_set_size(entry, la_int64_t(size))
                unsafe archive_entry_set_mode(entry, UInt32(0o100000 | mode))
                unsafe archive_entry_set_uid(entry, 0)
                unsafe archive_entry_set_gid(entry, 0)
                unsafe archive_entry_set_mtime(entry, time_t(time), 0)
                unsafe archive_write_header(archive, entry)
                // The member's bytes are not libarchive's to write, so it must not end the entry.
                unsafe archive_write_fail(archive)
                unsafe archive_entry_free(entry)
                unsafe archive_write_free(archive)
            }
        }
        buffer.removeLast(buffer.count - used)
        return buffer
    }
}
