internal import CKernels
internal import Glibc

/// An array of floats at a fixed address, zero at first; memory is taken as it is touched.
///
/// A class, so that arrays and optionals hold it.
@safe final class FloatBuffer {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    init(count: Int) throws(InferenceError) {
        self.count = count
        unsafe base = try Self.zeros(count)
    }

    private static func zeros(_ count: Int) throws(InferenceError) -> UnsafeMutablePointer<Float> {
        // Checks the product for overflow; large areas come from the system, which gives a page when it is written.
        guard let memory = unsafe calloc(max(count, 1), MemoryLayout<Float>.stride) else {
            throw .noMemory(floats: count)
        }
        // Zero bits are a float.
        return unsafe memory.assumingMemoryBound(to: Float.self)
    }

    deinit { unsafe free(base) }

    /// `count` floats from `start`.
    @_lifetime(borrow self)
    func values(_ start: Int, _ count: Int) -> Span<Float> {
        precondition(start >= 0 && count >= 0 && start + count <= self.count)
        // Within the allocation, which lives as long as self.
        let span = unsafe Span(_unsafeStart: UnsafePointer(base + start), count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Copies `values` to `start` and up.
    func store(_ values: Span<Float>, at start: Int) {
        let target = unsafe address(start, values.count)
        unsafe values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            unsafe target.update(from: source, count: values.count)
        }
    }

    /// Takes `count` floats of `other` from `first` on, to `start` and up.
    func copy(_ count: Int, of other: FloatBuffer, from first: Int = 0, to start: Int = 0) {
        // Both ranges are checked.
        unsafe address(start, count).update(from: other.address(first, count), count: count)
    }

    /// The address of float `start`, of which `count` follow.
    @unsafe func address(_ start: Int, _ count: Int) -> UnsafeMutablePointer<Float> {
        precondition(start >= 0 && count >= 0 && start + count <= self.count)
        return unsafe base + start
    }
}

/// Room for the codes of `tokens` × `columns` activations, in whole groups.
@safe final class CodeBuffer {
    let codes: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Int32>
    /// Codes that fit.
    let capacity: Int

    init(tokens: Int, columns: Int) {
        let padded = Self.inGroups(tokens) * ((columns + 31) / 32 * 32)
        capacity = padded
        unsafe codes = .allocate(capacity: padded)
        unsafe scales = .allocate(capacity: padded / 32)
        unsafe sums = .allocate(capacity: padded / 16)
    }

    /// `tokens`, rounded up to whole groups.
    static func inGroups(_ tokens: Int) -> Int {
        let group = Int(CK_GROUP)
        return (tokens + group - 1) / group * group
    }

    deinit {
        unsafe codes.deallocate()
        unsafe scales.deallocate()
        unsafe sums.deallocate()
    }
}
