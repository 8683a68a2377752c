import Bundles
import Signatures

/// An error of a bundle, a key or a certificate, with the path that was typed.
struct LocatedError: Explained {
    let path: String
    let cause: any Explained

    var status: ExitStatus { cause.status }
    var message: String { "\(path): \(cause.message)" }
    var hint: String? { cause.hint }
}

/// Runs `body` and lets its errors of bundles, keys and certificates name `path`.
func locating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as BundleError {
        throw LocatedError(path: path, cause: error)
    } catch let error as SignatureError {
        throw LocatedError(path: path, cause: error)
    }
}
