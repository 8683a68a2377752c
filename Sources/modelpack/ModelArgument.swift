import Building
import Bundles
import Files
import FoundationEssentials
import Inference
import Tensors

/// Opens MODEL: a bundle, packed or not, a GGUF file or a Hugging Face directory.
///
/// A bundle's integrity is checked, its signers are not: that is said in a remark.
func openModel(_ path: String, remarks: (String) -> Void) async throws -> LanguageModel {
    if FileSystem.isDirectory(path), !FileSystem.exists(path + "/" + BundlePath.index) {
        return try await LanguageModel.unrounded(
            path, temporaryIn: ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")
    }
    if try isGGUF(path) { return try LanguageModel(GGUFFile(path: path)) }
    let bundle = try Bundle(path: path)
    remarks("\(bundle.manifest.name) \(bundle.manifest.version), signers: not checked")
    let weights = try bundle.location(of: BundlePath.weights)
    return try LanguageModel(GGUFFile(file: weights.file, range: weights.range))
}

private func isGGUF(_ path: String) throws -> Bool {
    guard !FileSystem.isDirectory(path) else { return false }
    return try OpenFile(reading: path).read(4, at: 0) == Array("GGUF".utf8)
}

/// Reads a conversation: a JSON list of messages.
func readMessages(_ path: String) throws -> [ChatMessage] {
    struct Message: Decodable {
        var role: String
        var content: String
    }
    let bytes = try FileSystem.read(path, limit: 16 << 20)
    do {
        return try JSONDecoder().decode([Message].self, from: Data(bytes)).map {
            ChatMessage(role: $0.role, content: $0.content)
        }
    } catch {
        throw CommandError(
            status: .damaged, message: "\(path): is not a JSON list of messages",
            hint: #"write it as [{"role": "user", "content": "…"}]"#)
    }
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled), divisor = Int(scale)
    let sign = value < 0 && whole > 0 ? "-" : ""
    let fraction = String(whole % divisor)
    return decimals == 0
        ? "\(sign)\(whole)"
        : "\(sign)\(whole / divisor).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
}
