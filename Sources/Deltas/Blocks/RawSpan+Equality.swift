#if canImport(Glibc)
    import Glibc
#endif

extension RawSpan {
    /// Whether both have the same bytes.
    func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                // Both have `byteCount` bytes.
                return unsafe memcmp(left, right, byteCount) == 0
            }
        }
    }
}
