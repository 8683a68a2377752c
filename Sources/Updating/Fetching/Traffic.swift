import Synchronization

/// What came over the network for one version: all of it, and what of it was of use.
final class Traffic: Sendable {
    private struct Bytes {
        var received = 0
        var landed = 0
    }
    private let bytes = Mutex(Bytes())

    /// Bytes that were wanted, and right.
    var landed: Int { bytes.withLock { $0.landed } }
    /// Bytes that came for nothing: damaged, broken off, or in between what was wanted.
    var wasted: Int { bytes.withLock { $0.received - $0.landed } }

    func receive(_ count: Int) { bytes.withLock { $0.received += count } }
    func land(_ count: Int) { bytes.withLock { $0.landed += count } }
    /// Takes back what landed: it turned out to be of no use.
    func waste(_ count: Int) { bytes.withLock { $0.landed -= count } }
}
