/// Numbers, the least first.
struct Heap {
    private var numbers: [UInt64] = []

    mutating func removeAll() { numbers.removeAll(keepingCapacity: true) }

    mutating func push(_ number: UInt64) {
        numbers.append(number)
        var child = numbers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard numbers[child] < numbers[parent] else { return }
            numbers.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> UInt64? {
        guard let last = numbers.popLast() else { return nil }
        guard let least = numbers.first else { return last }
        numbers[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < numbers.count else { return least }
            if child + 1 < numbers.count, numbers[child + 1] < numbers[child] { child += 1 }
            guard numbers[child] < numbers[parent] else { return least }
            numbers.swapAt(child, parent)
            parent = child
        }
    }
}
