import FoundationEssentials
import Glibc
import Updating

/// Runs `modelpack smoke DIRECTORY` as a process of its own, within limits of time and memory.
///
/// Whatever the model makes the engine do, it can't take the update down with it.
struct SmokeProcess {
    let check: DeviceConfiguration.Check
    let isQuiet: Bool

    func run(_ folder: String) throws -> Health {
        let child = try start(["modelpack", "smoke", folder] + (isQuiet ? ["--quiet"] : []))
        guard let status = wait(for: child) else {
            return .undecided(reason: "the smoke test took longer than \(check.seconds) s")
        }
        // The status's low bits are the signal's number, the next byte the exit code.
        if status & 0x7F != 0 { return .undecided(reason: "the smoke test was ended by signal \(status & 0x7F)") }
        return switch status >> 8 & 0xFF {
        case ExitStatus.done.rawValue: .good
        case ExitStatus.verdictIsNo.rawValue: .bad(reason: "the smoke test says no")
        case let code: .undecided(reason: "the smoke test ended with exit status \(code)")
        }
    }

    /// Starts this same executable, with its results where progress goes, for stdout is the update's own.
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

        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        // The texts are copies of our own, valid until they are freed after the call.
        let code = unsafe withCopies(of: arguments) { arguments in
            unsafe withCopies(of: environment) { environment in
                limited {
                    unsafe posix_spawn(&child, "/proc/self/exe", &actions, nil, arguments, environment)
                }
            }
        }
        guard code == 0 else {
            throw CommandError(
                status: .localFile, message: "can't start the smoke test: \(unsafe String(cString: strerror(code)))")
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
        kill(child, SIGKILL)
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR { continue }
        return nil
    }

    private var isStopPending: Bool {
        var pending = sigset_t()
        unsafe sigpending(&pending)
        return [SIGTERM, SIGINT, SIGHUP].contains { unsafe sigismember(&pending, $0) == 1 }
    }
}

/// Calls `body` with the texts as a C list that ends with a null.
private func withCopies<Result>(
    of texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (number, text) in texts.enumerated() { unsafe list[number] = unsafe strdup(text) }
    unsafe list[texts.count] = nil
    defer {
        for number in texts.indices { unsafe free(list[number]) }
        unsafe list.deallocate()
    }
    return unsafe body(list)
}
