/// Memory for numbers that inner loops write and read again without checks.
///
/// Who makes one sees to it that no index goes beyond `count`.
@safe struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(repeating element: Element, count: Int) {
        unsafe start = .allocate(capacity: max(count, 1))
        unsafe start.initialize(repeating: element, count: max(count, 1))
        self.count = count
    }

    deinit { unsafe start.deallocate() }
}

extension Buffer where Element: Numeric {
    /// Begins as zeros.
    init(_ count: Int) { self.init(repeating: 0, count: count) }

    init(_ numbers: [Element]) {
        self.init(numbers.count)
        for index in numbers.indices { unsafe start[index] = numbers[index] }
    }
}
