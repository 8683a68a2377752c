import FoundationEssentials
import Glibc
import Registries

/// Runs Docker's credential helpers: programs that are told a registry's name on stdin and answer with JSON on stdout.
enum CredentialHelper {
    /// What a helper says where it knows nothing of a registry.
    private static let unknown = "credentials not found in native keychain"
    private static let answerLimit = 1 << 20

    /// The helper's answer; nil where it knows nothing of the registry.
    @Sendable
    static func ask(_ program: String, _ input: String) throws -> [UInt8]? {
        let (child, answers) = try start(program, input: Array(input.utf8))
        let answer = readAll(answers)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR { continue }
        if status == 0 { return answer }
        let text = String(decoding: answer, as: UTF8.self)
        if text.contains(unknown) { return nil }
        let reason =
            text.split(whereSeparator: \.isNewline).first.map(String.init)
            ?? "it ended with status \(status >> 8 & 0xFF)"
        throw RegistryError.helperFailed(program: program, reason: reason)
    }

    private static func start(_ program: String, input: [UInt8]) throws -> (pid_t, answers: Int32) {
        let questions = try Pipe(program), answers = try Pipe(program)
        defer {
            close(questions.output)
            close(questions.input)
            close(answers.input)
        }
        // A registry's name fits in a pipe that nobody reads yet.
        _ = unsafe input.withUnsafeBytes { unsafe write(questions.input, $0.baseAddress, $0.count) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, questions.output, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, answers.input, 1)
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        // The texts are copies of our own, valid until they are freed after the call.
        let code = unsafe withCopies(of: [program, "get"]) { arguments in
            unsafe withCopies(of: environment) { environment in
                unsafe posix_spawnp(&child, program, &actions, nil, arguments, environment)
            }
        }
        guard code == 0 else {
            close(answers.output)
            throw RegistryError.helperFailed(program: program, reason: unsafe String(cString: strerror(code)))
        }
        return (child, answers.output)
    }

    /// A pipe whose ends no child inherits under their numbers.
    private struct Pipe {
        let output: Int32
        let input: Int32

        init(_ program: String) throws {
            var ends: [Int32] = [0, 0]
            // pipe writes two descriptors.
            guard unsafe ends.withUnsafeMutableBufferPointer({ unsafe $0.baseAddress.map { unsafe pipe($0) } }) == 0
            else {
                throw RegistryError.helperFailed(program: program, reason: unsafe String(cString: strerror(errno)))
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (output, input) = (ends[0], ends[1])
        }
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 12)
        while bytes.count < answerLimit {
            // The buffer is valid for the call.
            let got = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            bytes += chunk[..<got]
        }
        return bytes
    }
}
