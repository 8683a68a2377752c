import Bundles
import Files
import Inference
import Suites
import Tensors

/// A model with what it is asked, and how quick it is.
struct Party {
    let model: LanguageModel
    let subject: Subject
    let speed: Speed

    /// A bundle's own model and suites, mapped in place.
    init(_ bundle: Bundle, extra: [Suite], _ verification: Verification) throws {
        model = try bundle.model()
        speed = Speed()
        let respondent = Respondent(model, speed, verification)
        if let cache = verification.cache, let weights = bundle.index[BundlePath.weights] {
            respondent.store = try AnswerStore(folder: cache, model: weights.sha256)
        }
        subject = try Subject(
            suites: try bundle.suites() + extra, respondent: respondent, name: bundle.manifest.subject)
    }

    /// A model without suites.
    init(_ model: LanguageModel, _ verification: Verification) throws {
        self.model = model
        speed = Speed()
        let respondent = Respondent(model, speed, verification)
        if let cache = verification.cache {
            let file = model.file
            respondent.store = try AnswerStore(
                folder: cache, model: .sha256(file.file.bytes.extracting(file.range)))
        }
        subject = try Subject(suites: [], respondent: respondent)
    }
}

/// How long a model took for how many tokens.
final class Speed {
    var seconds = 0.0
    var tokens = 0

    /// nil where nothing was asked, or nobody looked at a clock.
    var tokensPerSecond: Double? { seconds > 0 && tokens > 0 ? Double(tokens) / seconds : nil }
}

extension Respondent {
    /// Asks `model`, and notes how long it takes.
    fileprivate convenience init(_ model: LanguageModel, _ speed: Speed, _ verification: Verification) {
        self.init(vocabulary: model.shape.vocabulary) { tasks, onResult in
            let start = verification.clock?() ?? 0
            speed.tokens += try model.answer(
                tasks, threads: verification.threads, kernels: verification.kernels, onResult: onResult)
            speed.seconds += (verification.clock?() ?? 0) - start
        }
    }
}

extension Bundle {
    /// The golden suites that the manifest names.
    func suites() throws -> [Suite] {
        try manifest.suites.map { path in
            let bytes = try bytes(of: path)
            let files = try Suite.includes(bytes, name: path) { try self.bytes(of: BundlePath.golden + $0) }
            return try Suite(parsing: bytes, name: path, files: files)
        }
    }

    /// The weights, mapped in place.
    func weights() throws -> GGUFFile {
        let location = try location(of: BundlePath.weights)
        return try GGUFFile(file: location.file, range: location.range)
    }

    /// The bundle's own model, mapped in place.
    func model() throws -> LanguageModel { try LanguageModel(try weights()) }

    /// How the build chose blocks, as its provenance says.
    func leeway() -> Leeway {
        guard let provenance = try? Provenance(parsing: try bytes(of: BundlePath.provenance)) else { return Leeway() }
        let build = provenance.predicate.buildDefinition
        return Leeway(
            isCalibrated: build.resolvedDependencies.contains { $0.name.hasPrefix("calibration/") },
            anchorTolerance: build.externalParameters.recipe.anchorTolerance ?? 0)
    }

    /// Whether the weights are the file that the provenance says was built; a bundle without one states nothing.
    func weightsAreStated() -> Bool {
        guard index[BundlePath.provenance] != nil, let weights = index[BundlePath.weights] else { return true }
        // Another maker's provenance may have another form.
        let provenance = try? Provenance(parsing: try bytes(of: BundlePath.provenance))
        let stated = provenance?.subject.first { $0.name == BundlePath.weights }
        return stated.map { $0.digest.sha256 == weights.sha256 } ?? true
    }
}

extension Suite {
    /// Reads the suite at `path` with what it includes, beside it.
    init(path: String) throws {
        let bytes = try FileSystem.read(path)
        let folder = FileSystem.parent(of: path)
        let files = try Suite.includes(bytes, name: path) { try FileSystem.read(folder + "/" + $0) }
        try self.init(parsing: bytes, name: path, files: files)
    }
}
