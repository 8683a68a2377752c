/// An error that says what can be done about it.
///
/// All errors of `Updating`, `Inference` and `Verifying` are of this kind, but those that a caller's closures throw. What
/// exactly happened is in an error's description, as facts for a log: names, offsets, what was expected and found. The
/// kinds are stable, descriptions are not.
public protocol ModelpackError: Error {
    /// What sort of failure it is.
    var kind: FailureKind { get }
}

/// What sort of failure an error is: as much as a caller needs to know to go on.
///
/// Minor versions may add kinds, so let a `switch` have a default.
public enum FailureKind: String, Sendable, CaseIterable {
    /// A signature, key, threshold or date isn't what trust asks for; or old metadata came again.
    case notTrusted
    /// What was read is malformed, or not what its digest says: fetch or build it again.
    case damaged
    /// This machine, or this version of modelpack, lacks what is asked for.
    case notForThisDevice
    /// The disk is full. What was fetched is kept, and a later call goes on with it.
    case noSpace
    /// A repository or the network can't be reached, or lacks what it should have: try again later.
    case notAvailable
    /// A local file, or another resource of this machine, can't be used.
    case localFile
    /// Another process, or another thread, is changing the same device.
    case locked
    /// The verdict on a model was no, and so it isn't used.
    case refused
    /// The call asks for what isn't there, or can't be: an unknown model, a prompt longer than the context.
    case usage
    /// The caller wanted no more of it. What was fetched is kept, and a later call goes on with it.
    case cancelled
    /// A mistake of modelpack's own.
    case bug
}
