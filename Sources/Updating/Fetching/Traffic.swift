import Synchronization

/// What came over the network for one version: all of it, and what of it was of use.
final class Traffic: Sendable {
    private struct Bytes {
        var received = 0
        var landed = 0
        var between = 0
    }
    private let bytes = Mutex(Bytes())

    /// Bytes that were wanted, and right.
    var landed: Int { bytes.withLock { $0.landed } }
    /// Bytes that came for nothing: damaged, broken off, or the rest of a file whose server knows no ranges.
    var wasted: Int { bytes.withLock { $0.received - $0.landed - $0.between } }

    func receive(_ count: Int) { bytes.withLock { $0.received += count } }
    func land(_ count: Int) { bytes.withLock { $0.landed += count } }
    /// Some came with the others on purpose: a request more would have cost more.
    func passOver(_ count: Int) { bytes.withLock { $0.between += count } }
    /// Takes back what landed: it turned out to be of no use.
    func waste(_ count: Int) { bytes.withLock { $0.landed -= count } }
}
