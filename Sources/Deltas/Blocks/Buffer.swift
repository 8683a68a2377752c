/// Memory for numbers that inner loops write and read again without checks; it begins as zeros.
///
/// Who makes one sees to it that no index goes beyond `count`.
@safe struct Buffer<Element: Numeric & BitwiseCopyable>: ~Copyable {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int) {
        unsafe start = .allocate(capacity: max(count, 1))
        unsafe start.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    init(_ numbers: [Element]) {
        self.init(numbers.count)
        for index in numbers.indices { unsafe start[index] = numbers[index] }
    }

    deinit { unsafe start.deallocate() }
}
