import Signatures

/// What a bundle is, as its maker states it (`manifest.json`).
package struct Manifest: Codable, Hashable, Sendable {
    /// The version of this document's own form.
    package var format = Manifest.currentFormat
    package var name: String
    package var version: SemanticVersion
    /// GGUF's `general.architecture`.
    package var architecture: String
    package var quantization: Quantization
    package var license: License?
    package var lineage: Lineage?
    package var requires = Requirements()
    /// Paths of the golden suites among the members.
    package var suites: [String] = []
    /// Limits that the model must keep; what they mean is the judge's business.
    package var gate: [GateLimit] = []
    /// A device that has confirmed this bundle never goes below this version again.
    package var floor: SemanticVersion?

    package static let currentFormat = 1

    package struct Quantization: Codable, Hashable, Sendable {
        /// The default type, by GGUF's name in lower case.
        package var type: String
        package var rules: [Rule]

        package init(type: String, rules: [Rule] = []) {
            self.type = type
            self.rules = rules
        }

        package struct Rule: Codable, Hashable, Sendable {
            package var tensor: String
            package var type: String

            package init(tensor: String, type: String) {
                self.tensor = tensor
                self.type = type
            }
        }
    }

    package struct License: Codable, Hashable, Sendable {
        package var spdx: String?
        /// The licence's text among the members.
        package var file: String?

        package init(spdx: String? = nil, file: String? = nil) {
            self.spdx = spdx
            self.file = file
        }
    }

    package struct Lineage: Codable, Hashable, Sendable {
        /// The model that this one was made from, by the name its makers use.
        package var base: String?
        /// The release before this one.
        package var previous: String?

        package init(base: String? = nil, previous: String? = nil) {
            self.base = base
            self.previous = previous
        }
    }

    package struct Requirements: Codable, Hashable, Sendable {
        /// Bytes.
        package var memory: Int?
        /// Bytes.
        package var disk: Int?
        package var cpu: [String]
        package var runtime: [String]
        /// The oldest modelpack that can use the bundle.
        package var modelpack: SemanticVersion?

        package init(
            memory: Int? = nil, disk: Int? = nil, cpu: [String] = [], runtime: [String] = [],
            modelpack: SemanticVersion? = nil
        ) {
            self.memory = memory
            self.disk = disk
            self.cpu = cpu
            self.runtime = runtime
            self.modelpack = modelpack
        }
    }

    /// One limit of the gate: `measure` (for prompts with `tag`, where given) must lie within the bounds.
    package struct GateLimit: Codable, Hashable, Sendable {
        package var measure: String
        package var tag: String?
        package var minimum: Double?
        package var maximum: Double?
        /// Bounds are differences from the baseline's value.
        package var relative: Bool
        /// The model that is compared with, where the measure compares: `baseline`, as without it, or `reference`.
        package var against: String?
        /// Whether what is found is a sample, so that only what is beyond chance breaks the limit.
        package var sample: Bool?

        package init(
            measure: String, tag: String? = nil, minimum: Double? = nil, maximum: Double? = nil, relative: Bool = false,
            against: String? = nil, sample: Bool? = nil
        ) {
            self.measure = measure
            self.tag = tag
            self.minimum = minimum
            self.maximum = maximum
            self.relative = relative
            self.against = against
            self.sample = sample
        }
    }

    package init(name: String, version: SemanticVersion, architecture: String, quantization: Quantization) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.quantization = quantization
    }

    /// `name-version`: the subject of the signatures and the stem of the file's name.
    package var subject: String { "\(name)-\(version)" }

    /// Whether a model may be called so: `[a-z0-9][a-z0-9._-]{0,63}`.
    package static func isName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    /// The bytes of `manifest.json`.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }
}

extension Manifest {
    /// Reads `manifest.json`; keys that a later modelpack may add are passed over.
    package init(parsing bytes: [UInt8]) throws(BundleError) {
        let path = BundlePath.manifest
        guard bytes.count <= BundleLimits.document else {
            throw .limitExceeded(.documentSize, limit: BundleLimits.document, found: bytes.count)
        }
        let format = try CanonicalJSON.decode(Format.self, bytes, path: path).format
        guard format == Self.currentFormat else { throw .unknownFormat(path: path, format: format) }
        self = try CanonicalJSON.decode(Manifest.self, bytes, path: path)
        guard Self.isName(name) else { throw .malformedDocument(path: path, field: "name") }
        for number in [requires.memory, requires.disk] where number ?? 0 < 0 {
            throw .malformedDocument(path: path, field: "requires")
        }
        for suite in suites where !BundlePath.isPayload(suite) {
            throw .malformedDocument(path: path, field: "suites")
        }
    }

    private struct Format: Codable { let format: Int }
}
