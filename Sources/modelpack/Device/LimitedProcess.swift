import FoundationEssentials
import Glibc
import Updating

/// A program run as a process of its own, within limits of time and memory: whatever it does, it can't take the
/// update down with it, and it doesn't outlive the update.
struct LimitedProcess {
    let check: DeviceConfiguration.Check
    let isQuiet: Bool

    /// How it ended.
    enum End {
        case exited(Int32)
        case signalled(Int32)
        case tooSlow
    }

    /// Starts this same executable with `arguments`, and waits for its end.
    func run(_ arguments: [String]) throws -> End {
        guard let status = wait(for: try start(["modelpack"] + arguments)) else { return .tooSlow }
        // The status's low bits are the signal's number, the next byte the exit code.
        return status & 0x7F != 0 ? .signalled(status & 0x7F) : .exited(status >> 8 & 0xFF)
    }

    /// Its results go where progress goes, for stdout is the update's own.
    private func start(_ arguments: [String]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if isQuiet {
            unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        } else {
            unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        // The texts are copies of our own, valid until they are freed after the call.
        let code = unsafe withCopies(of: arguments) { arguments in
            unsafe withCopies(of: environment) { environment in
                limited {
                    unsafe posix_spawn(&child, "/proc/self/exe", &actions, &attributes, arguments, environment)
                }
            }
        }
        guard code == 0 else {
            throw CommandError(
                status: .localFile, message: "can't start the check: \(unsafe String(cString: strerror(code)))")
        }
        return child
    }

    /// Calls `body` with lower limits, which the processes that it starts inherit and can't raise far.
    private func limited<Result>(_ body: () -> Result) -> Result {
        let limits = [
            (RLIMIT_DATA, check.memory << 20), (RLIMIT_CORE, 0),
            // A net below the deadline on the clock, for when nobody is left to watch it. Time used so far is ours.
            (RLIMIT_CPU, clock() / Int(CLOCKS_PER_SEC) + check.seconds * 2),
        ]
        let before = limits.map { resource, value in (resource, lower(resource, to: value)) }
        let result = body()
        for (resource, value) in before { _ = lower(resource, to: value) }
        return result
    }

    /// Sets a soft limit, at most the hard one; returns what it was.
    private func lower(_ resource: __rlimit_resource, to value: Int) -> Int {
        let resource = __rlimit_resource_t(resource.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return value }
        let before = limit.rlim_cur
        limit.rlim_cur = min(limit.rlim_max, rlim_t(truncatingIfNeeded: value))
        _ = unsafe setrlimit(resource, &limit)
        return Int(truncatingIfNeeded: before)
    }

    /// The child's status once it has ended; nil when it had to be killed for taking too long.
    ///
    /// A signal that would end this run ends the child first: nobody else would.
    private func wait(for child: pid_t) -> Int32? {
        var stopping = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&stopping)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&stopping, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &stopping, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        var status: Int32 = 0
        let deadline = ContinuousClock.now + .seconds(check.seconds)
        while ContinuousClock.now < deadline, !isStopPending {
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child { return status }
            if ended < 0, errno != EINTR { return nil }
            usleep(10_000)
        }
        // It leads a group of its own: what it has started ends with it.
        kill(-child, SIGKILL)
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR { continue }
        return nil
    }

    private var isStopPending: Bool {
        var pending = sigset_t()
        unsafe sigpending(&pending)
        return [SIGTERM, SIGINT, SIGHUP].contains { unsafe sigismember(&pending, $0) == 1 }
    }
}
