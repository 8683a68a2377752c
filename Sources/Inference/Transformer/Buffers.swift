/// An array of floats at a fixed address, zero at first.
@safe struct FloatBuffer: ~Copyable {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        self.count = count
        unsafe base = .allocate(capacity: max(count, 1))
        unsafe base.initialize(repeating: 0, count: count)
    }

    deinit { unsafe base.deallocate() }

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

    /// The address of float `start`, of which `count` follow.
    @unsafe func address(_ start: Int, _ count: Int) -> UnsafeMutablePointer<Float> {
        precondition(start >= 0 && count >= 0 && start + count <= self.count)
        return unsafe base + start
    }
}

/// Room for the codes of `tokens` × `columns` activations, in whole groups.
@safe struct CodeBuffer: ~Copyable {
    let codes: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Int32>
    /// Codes that fit.
    let capacity: Int

    init(tokens: Int, columns: Int) {
        let padded = (tokens + 7) / 8 * 8 * ((columns + 31) / 32 * 32)
        capacity = padded
        unsafe codes = .allocate(capacity: padded)
        unsafe scales = .allocate(capacity: padded / 32)
        unsafe sums = .allocate(capacity: padded / 32)
    }

    deinit {
        unsafe codes.deallocate()
        unsafe scales.deallocate()
        unsafe sums.deallocate()
    }
}
