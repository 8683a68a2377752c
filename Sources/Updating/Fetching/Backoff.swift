#if canImport(Glibc)
    import Glibc
#endif

/// How long to wait before asking again: twice as long each time, and a part of it by chance, so that devices which
/// failed together don't come back together.
package struct Backoff: Sendable {
    package var first = 1.0
    package var longest = 30.0
    /// Waits so many seconds.
    package var wait: @Sendable (_ seconds: Double) -> Void = { seconds in usleep(UInt32(seconds * 1_000_000)) }

    package init() {}

    /// Seconds to wait before round `round` (from 1); `chance` is from 0 to 1.
    func seconds(before round: Int, chance: Double) -> Double {
        var seconds = first
        for _ in 1..<max(1, min(round, 32)) { seconds = min(longest, seconds * 2) }
        return seconds * (0.5 + 0.5 * chance)
    }

    /// Waits before round `round`, asking now and then whether to go on.
    package func pause(before round: Int, checkpoint: () throws -> Void) throws {
        var rest = seconds(before: round, chance: Double.random(in: 0...1))
        while rest > 0 {
            try checkpoint()
            wait(min(rest, 0.25))
            rest -= 0.25
        }
        try checkpoint()
    }
}
