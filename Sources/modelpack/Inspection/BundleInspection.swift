import Bundles
import Signatures
import Suites
import Tensors
import Verifying

/// A bundle, packed or unpacked: what it is, what it holds, what it was made of, who claims to have signed it.
struct BundleInspection: Inspection {
    private let kind = "bundle"
    private let name: String
    private let version: String
    private let architecture: String
    private let quantization: Manifest.Quantization
    private let contentSHA256: String
    private let license: Manifest.License?
    private let lineage: Manifest.Lineage?
    private let requires: Manifest.Requirements
    private let floor: String?
    private let suites: [String]
    private let size: Int
    private let members: [Member]
    private let signatures: [String]
    private let signers = "not checked"
    /// Of the weights.
    private let tensors: [TensorRow]
    /// How many answers were recorded at build, by suite.
    private let recorded: [String: Int]
    /// What was read to build it; empty without a provenance.
    private let sources: [String]
    /// Whose each signature says it is: the start of a key's fingerprint, or `certificate`.
    private let claims: [String]

    private struct Member: Encodable {
        let path: String
        let size: Int
        let sha256: Digest
    }

    private enum CodingKeys: String, CodingKey {
        case kind, name, version, architecture, quantization
        case contentSHA256 = "content_sha256"
        case license, lineage, requires, floor, suites, size, members, signatures, signers
        case tensors, recorded, sources
    }

    /// Opens the bundle and checks it against its index.
    init(path: String) throws {
        try self.init(try locating(path) { try Bundle(path: path) })
    }

    private init(_ bundle: Bundle) throws {
        let manifest = bundle.manifest
        name = manifest.name
        version = manifest.version.text
        architecture = manifest.architecture
        quantization = manifest.quantization
        contentSHA256 = bundle.contentDigest.hex
        license = manifest.license
        lineage = manifest.lineage
        requires = manifest.requires
        floor = manifest.floor?.text
        suites = manifest.suites
        members = bundle.index.members.map { Member(path: $0.path, size: $0.size, sha256: $0.sha256) }
        size = members.reduce(0) { $0 + $1.size }
        signatures = bundle.signatures.map(\.path)
        claims = bundle.signatures.map { $0.signature.hint.map { String($0.prefix(16)) } ?? "certificate" }
        let weights = try bundle.location(of: BundlePath.weights)
        tensors = try GGUFFile(file: weights.file, range: weights.range).tensors.map {
            TensorRow(name: $0.name, type: $0.type.name, shape: $0.shape, bytes: $0.range.count)
        }
        var recorded: [String: Int] = [:]
        if bundle.index[BundlePath.recorded] != nil {
            let bytes = try bundle.bytes(of: BundlePath.recorded)
            for entry in try Recording(parsing: bytes, file: BundlePath.recorded).entries {
                recorded[entry.suite, default: 0] += 1
            }
        }
        self.recorded = recorded
        // Another maker's provenance may have another form.
        let provenance =
            bundle.index[BundlePath.provenance] == nil
            ? nil : try? Provenance(parsing: try bundle.bytes(of: BundlePath.provenance))
        sources = provenance?.predicate.buildDefinition.resolvedDependencies.map(\.name) ?? []
    }

    func text(all: Bool, _ paint: Paint) -> String {
        var facts = [
            ["model", "\(name) \(version), \(architecture)"],
            ["parameters", grouped(tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })],
            ["size", readable(size)],
            [
                "quantization",
                ([quantization.type] + quantization.rules.map { "\($0.tensor)=\($0.type)" }).joined(separator: ", "),
            ],
            ["content_sha256", contentSHA256],
        ]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append([name, value]) }
        }
        add("license", [license?.spdx, license?.file].compactMap(\.self).joined(separator: ", "))
        add("base", lineage?.base)
        add("previous", lineage?.previous)
        add("made of", sources.joined(separator: ", "))
        let requirements = [
            requires.memory.map { "\(readable($0)) of memory" }, requires.disk.map { "\(readable($0)) of disk" },
            requires.cpu.isEmpty ? nil : requires.cpu.joined(separator: ", "),
            requires.runtime.isEmpty ? nil : requires.runtime.joined(separator: " or "),
            requires.modelpack.map { "modelpack \($0.text) or later" },
        ]
        add("requires", requirements.compactMap(\.self).joined(separator: ", "))
        add("floor", floor)
        add("suites", suites.map { "\($0) (\(recorded[$0] ?? 0) answers recorded)" }.joined(separator: ", "))
        facts.append(["signatures", claims.isEmpty ? "none" : claims.joined(separator: ", ") + "; not checked"])
        let rows =
            [["member", "bytes", "sha256"]]
            + members.map { [$0.path, grouped($0.size), $0.sha256.hex.prefix(16) + "…"] }
        return [
            table(facts, named: .column, paint), typeBars(tensors, paint), tensorTable(tensors, all: all, paint),
            table(rows, rightAligned: [1], named: .row, paint),
        ].joined(separator: "\n\n")
    }
}
