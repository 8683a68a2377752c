import Bundles
import Signatures

/// A bundle, packed or unpacked: what it is, what it holds, who claims to have signed it.
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

    private struct Member: Encodable {
        let path: String
        let size: Int
        let sha256: Digest
    }

    private enum CodingKeys: String, CodingKey {
        case kind, name, version, architecture, quantization
        case contentSHA256 = "content_sha256"
        case license, lineage, requires, floor, suites, size, members, signatures, signers
    }

    /// Opens the bundle and checks it against its index.
    init(path: String) throws {
        self.init(try locating(path) { try Bundle(path: path) })
    }

    private init(_ bundle: Bundle) {
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
    }

    var text: String {
        var facts = [
            ["name", name], ["version", version], ["architecture", architecture],
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
        add("memory", requires.memory.map(String.init))
        add("disk", requires.disk.map(String.init))
        add("cpu", requires.cpu.joined(separator: ", "))
        add("runtime", requires.runtime.joined(separator: ", "))
        add("modelpack", requires.modelpack?.text)
        add("floor", floor)
        add("suites", suites.joined(separator: ", "))
        facts.append(["signatures", "\(signatures.count)"])
        facts.append(["signers", signers])
        let rows = [["member", "bytes", "sha256"]] + members.map { [$0.path, "\($0.size)", $0.sha256.hex] }
        return table(facts) + "\n\n" + table(rows, rightAligned: [1])
    }
}
