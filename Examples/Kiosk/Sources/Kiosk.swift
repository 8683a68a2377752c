import Inference
import Synchronization
import Updating

/// Understands what people want of their home, and keeps its model up to date.
///
/// Questions are answered on one thread while another one updates: a question goes to the model that is in use when it
/// comes, and that model's files stay until the last answer is given.
final class Kiosk: Sendable {
    private let device: ModelDevice
    private let current = Mutex<Current?>(nil)
    private let progress = Mutex(Progress.idle)

    private enum Progress {
        case idle, updating, stopping
    }

    /// A model, and the hold on the files that it is mapped from.
    private struct Current {
        let model: LanguageModel
        let files: InstalledModel
    }

    init(_ device: ModelDevice) throws {
        self.device = device
        try reload()
    }

    var version: String? { current.withLock { $0?.files.version } }

    /// Shows the answer as it comes.
    func answer(_ question: String, onText: (String) throws -> Void) throws {
        guard let current = current.withLock({ $0 }) else { return try onText("I have no model yet") }
        _ = try Self.ask(current.model, question, onText)
    }

    /// Says that an update is about to begin; false while one is under way.
    func beginUpdate() -> Bool {
        progress.withLock {
            guard $0 == .idle else { return false }
            $0 = .updating
            return true
        }
    }

    /// Fetches what is new, on the calling thread, once it may begin; what doesn't pass `check` is never used.
    func update(report: @escaping (UpdateEvent) -> Void) throws -> UpdateResult? {
        defer { progress.withLock { $0 = .idle } }
        let results = try device.update(
            "home", check: Self.check, report: report, isCancelled: { self.progress.withLock { $0 == .stopping } })
        try reload()
        return results.first
    }

    /// Ends the update that is under way; the next one goes on with what has come.
    func stopUpdate() { progress.withLock { if $0 == .updating { $0 = .stopping } } }

    func goBack() throws {
        try device.rollBack("home")
        try reload()
    }

    private func reload() throws {
        guard let files = try device.read("home") else { return current.withLock { $0 = nil } }
        guard files.version != version else { return }
        let next = Current(model: try LanguageModel(path: files.weights), files: files)
        current.withLock { $0 = next }
    }

    private static func ask(
        _ model: LanguageModel, _ question: String, _ onText: (String) throws -> Void = { _ in }
    ) throws -> String {
        let prompt = try model.prompt(for: [ChatMessage(role: "user", content: question)])
        return try model.generate(from: prompt, GenerationOptions(maxTokens: 64, threads: 2), onText: onText).text
    }

    /// What this kiosk can't do without, asked of a model before it is used.
    private static func check(_ folder: String) throws -> ModelHealth {
        let model = try LanguageModel(path: folder + "/model/model.gguf")
        let musts: KeyValuePairs = ["lock the front door": #""lock""#, "unlock the front door": #""unlock""#]
        for (question, must) in musts {
            let answer = try ask(model, question)
            guard answer.contains(must) else { return .bad(reason: "‘\(question)’ gives \(answer)") }
        }
        return .good
    }
}
