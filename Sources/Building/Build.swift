import Bundles
import Checkpoints
import Files
import Inference
import Signatures
import Suites
import Tensors

/// The workflow of `modelpack build`: a manifest in, a signed bundle out.
package struct Build: Sendable {
    package var manifest: BuildManifest
    /// Where the bundle goes.
    package var output: String
    package var keys: [PrivateKey] = []
    package var threads: Int?
    /// The time that the archive's headers state, in seconds since 1970.
    package var time = 0
    /// Hears how many of how many bytes of weights are written.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    /// This program's version, for the provenance.
    package var toolVersion: String
    /// Asks the model the suites' prompts: the reference engine, unless a test puts another one in its place.
    var record: @Sendable (GGUFFile, [Suite], _ threads: Int) throws -> Recording = { file, suites, threads in
        try Respondent(LanguageModel(file), threads: threads).record(suites)
    }

    /// A small file of the bundle.
    struct Member {
        let path: String
        let bytes: [UInt8]
    }

    package struct Outcome: Sendable {
        package let manifest: Manifest
        package let index: Index
        /// The digest of the index: the bundle's identity.
        package let contentDigest: Digest
        package let remarks: [Plan.Remark]
        /// How many prompts' answers were recorded.
        package let recorded: Int
    }

    package init(manifest: BuildManifest, output: String, toolVersion: String) {
        self.manifest = manifest
        self.output = output
        self.toolVersion = toolVersion
    }

    /// Builds the bundle; nothing stands at `output` before it is whole.
    package func run() async throws -> Outcome {
        let checkpoint = try manifest.checkpoint()
        let (plan, anchor) = try manifest.plan(of: checkpoint)
        let stated = try statedManifest(of: checkpoint)
        let (golden, suites) = try goldenSuites()
        let text = try manifest.calibrationText()
        // Reads every source file once more, beside the conversion that reads it by tensors.
        async let sources = SourceDigest.of(checkpoint.files)

        var writer = try BundleWriter(destination: output, time: time)
        try writer.begin(path: BundlePath.weights, size: plan.layout.size)
        var written = 0
        try await manifest.weights(of: plan, calibratedOn: text, temporaryIn: FileSystem.parent(of: output), threads) {
            try unsafe writer.write($0.span.bytes)  // Bytes have no padding.
            written += $0.count
            progress(written, plan.layout.size)
        }
        try writer.end()

        let weights = try writer.digest(of: BundlePath.weights)
        let origins = try await sources + [text?.source, anchor?.source].compactMap(\.self)
        var members = golden + (try documents(stated, weights: weights, sources: origins))
        let answers = try recorded(suites, from: &writer)
        if let answers { members.append(Member(path: BundlePath.recorded, bytes: try answers.encoded())) }
        for member in members.sorted(by: { BundlePath.precedes($0.path, $1.path) }) {
            try writer.add(path: member.path, bytes: member.bytes)
        }
        let index = try writer.finish(subject: stated.subject, keys: keys)
        return Outcome(
            manifest: stated, index: index, contentDigest: .sha256(try index.encoded()), remarks: plan.remarks,
            recorded: answers?.entries.count ?? 0)
    }

    /// The suites' members, and what they include.
    private func goldenSuites() throws -> ([Member], [Suite]) {
        var members: [Member] = []
        var suites: [Suite] = []
        for suite in manifest.suites {
            let bytes = try FileSystem.read(suite.path), folder = FileSystem.parent(of: suite.path)
            let files = try Suite.includes(bytes, name: suite.path) { try FileSystem.read(folder + "/" + $0) }
            suites.append(try Suite(parsing: bytes, name: suite.member, files: files))
            members.append(Member(path: suite.member, bytes: bytes))
            for (name, bytes) in files { members.append(Member(path: BundlePath.golden + name, bytes: bytes)) }
        }
        // Prompts of a file that two suites include would have the same ids, so each file is a member once.
        try Suite.checkDistinct(suites)
        return (members, suites)
    }

    /// What `manifest.json` will say.
    private func statedManifest(of checkpoint: Checkpoint) throws -> Manifest {
        var stated = Manifest(
            name: manifest.name, version: manifest.version,
            architecture: try checkpoint.string("general.architecture"), quantization: manifest.recipe.stated)
        stated.license = manifest.license.map {
            Manifest.License(spdx: $0.spdx, file: $0.path == nil ? nil : BundlePath.license)
        }
        stated.lineage = manifest.lineage
        stated.requires = manifest.requires
        stated.suites = manifest.suites.map(\.member)
        stated.gate = manifest.gate
        stated.floor = manifest.floor
        return stated
    }

    /// Asks the model as it stands in the bundle that is being written.
    private func recorded(_ suites: [Suite], from writer: inout BundleWriter) throws -> Recording? {
        if suites.isEmpty { return nil }
        let range = try writer.range(of: BundlePath.weights)
        let model = try GGUFFile(file: try MappedFile(path: writer.temporary), range: range)
        return try record(model, suites, threads ?? Processors.count)
    }

    private func documents(_ stated: Manifest, weights: Digest, sources: [SourceDigest]) throws -> [Member] {
        let provenance = Provenance(
            subjects: [.init(name: BundlePath.weights, sha256: weights)], name: stated.name, version: stated.version,
            recipe: .init(
                quantization: stated.quantization, sha256: manifest.digest,
                anchorTolerance: manifest.anchor?.tolerance.weight),
            dependencies: sources.map { .init(name: $0.name, sha256: $0.digest) }, toolVersion: toolVersion)
        var documents = [
            Member(path: BundlePath.manifest, bytes: try stated.encoded()),
            Member(path: BundlePath.provenance, bytes: try provenance.encoded()),
            Member(path: BundlePath.sbom, bytes: try SBOM(manifest: stated, weights: weights).encoded()),
            Member(path: BundlePath.readme, bytes: Array(Readme.text(of: stated).utf8)),
        ]
        if let path = manifest.license?.path {
            documents.append(Member(path: BundlePath.license, bytes: try FileSystem.read(path, limit: 1 << 20)))
        }
        return documents
    }
}
