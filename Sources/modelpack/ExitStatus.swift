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

/// An error of some room, put into words: what happened and where, and what to do next.
///
/// Rooms throw bare facts; `Explanations/` holds one conformance for each room's error.
protocol Explained: Error {
    var status: ExitStatus { get }
    var message: String { get }
    var hint: String? { get }
}

/// A failure that a command itself finds.
struct CommandError: Explained {
    let status: ExitStatus
    let message: String
    var hint: String?
}
