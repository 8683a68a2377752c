import Building
import Bundles
import Files
import FoundationEssentials
import Glibc
import Inference
import JSONText
import Tensors

/// Opens MODEL: a bundle, packed or not, a GGUF file or a Hugging Face directory.
///
/// A bundle's integrity is checked, its signers are not: that is said in a remark.
func openModel(_ path: String, remarks: (String) -> Void) async throws -> LanguageModel {
    if FileSystem.isDirectory(path), !FileSystem.exists(path + "/" + BundlePath.index) {
        return try await LanguageModel.unrounded(path, temporaryIn: temporaryFolder)
    }
    if try isGGUF(path) { return try LanguageModel(GGUFFile(path: path)) }
    let bundle = try Bundle(path: path)
    remarks("\(bundle.manifest.subject), signers: not checked")
    let weights = try bundle.location(of: BundlePath.weights)
    return try LanguageModel(GGUFFile(file: weights.file, range: weights.range))
}

/// Where files are that are needed for a while.
var temporaryFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }

/// Whether a path leads to a GGUF file, rather than to a bundle.
func isGGUF(_ path: String) throws -> Bool {
    guard !FileSystem.isDirectory(path) else { return false }
    return try OpenFile(reading: path).read(4, at: 0) == Array("GGUF".utf8)
}

/// Reads a conversation: a JSON list of messages, with whatever keys the model's template knows.
func readMessages(_ path: String) throws -> TemplateValue {
    try readJSON(
        path, as: "list", "is not a JSON list of messages", hint: #"write it as [{"role": "user", "content": "…"}]"#)
}

/// Reads a JSON file for a chat template; `type` is Python's name of what it must hold.
func readJSON(_ path: String, as type: String, _ problem: String, hint: String) throws -> TemplateValue {
    let bytes = try FileSystem.read(path, limit: 16 << 20)
    let value: TemplateValue
    do throws(JSONError) {
        value = try TemplateValue(json: bytes)
    } catch {
        throw CommandError(
            status: .damaged, message: "\(path): is not JSON at byte \(error.offset): \(error.problem.words)",
            hint: hint)
    }
    guard value.typeName == type else {
        throw CommandError(status: .damaged, message: "\(path): \(problem)", hint: hint)
    }
    return value
}

/// The time by the machine's clock and time zone.
func localTime() -> TemplateTime? {
    var seconds = time(nil)
    // Both outlive the call; the name of the zone, which points elsewhere, isn't read.
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return nil }
    return unsafe TemplateTime(
        year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
        hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
}
