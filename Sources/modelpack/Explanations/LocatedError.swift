import Bundles

/// An error of a bundle, with the path that was typed.
struct LocatedError: Explained {
    let path: String
    let cause: BundleError

    var status: ExitStatus { cause.status }
    var message: String { "\(path): \(cause.message)" }
    var hint: String? { cause.hint }
}

/// Runs `body` and lets its bundle errors name `path`.
func locating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as BundleError {
        throw LocatedError(path: path, cause: error)
    }
}
