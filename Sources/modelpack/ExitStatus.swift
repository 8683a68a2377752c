import Failures

/// The exit codes that scripts rely on.
enum ExitStatus: Int32 {
    case done = 0
    case verdictIsNo = 1
    case notTrusted = 2
    case damaged = 3
    case notForThisDevice = 4
    case noSpace = 5
    case notAvailable = 6
    case usage = 64
    case bug = 70
    case localFile = 74
    case locked = 75
}

extension ExitStatus {
    init(_ kind: FailureKind) {
        self =
            switch kind {
            case .notTrusted: .notTrusted
            case .damaged: .damaged
            case .notForThisDevice: .notForThisDevice
            case .noSpace: .noSpace
            case .notAvailable: .notAvailable
            case .localFile: .localFile
            case .locked: .locked
            case .refused: .verdictIsNo
            case .usage: .usage
            // No command cancels what it does: a signal ends it.
            case .bug, .cancelled: .bug
            }
    }
}

/// An error of some room, put into words: what happened and where, and what to do next.
///
/// Rooms throw bare facts; `Explanations/` holds one conformance for each room's error.
protocol Explained: Error {
    var status: ExitStatus { get }
    var message: String { get }
    var hint: String? { get }
}

extension Explained where Self: ModelpackError {
    var status: ExitStatus { ExitStatus(kind) }
}

/// A failure that a command itself finds.
struct CommandError: Explained {
    let status: ExitStatus
    let message: String
    var hint: String?
}
