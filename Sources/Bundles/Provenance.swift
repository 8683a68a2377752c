import Signatures

/// How a bundle's files came to be (`provenance.json`): an in-toto Statement v1 with an SLSA v1 predicate.
///
/// It says nothing of when, where or by which machine: the same inputs give the same bytes.
package struct Provenance: Codable, Hashable, Sendable {
    package let type: String
    package let subject: [Subject]
    package let predicateType: String
    package let predicate: Predicate

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType, predicate
    }

    /// A file that was made.
    package struct Subject: Codable, Hashable, Sendable {
        package let name: String
        package let digest: DigestSet

        package init(name: String, sha256: Digest) {
            self.name = name
            digest = DigestSet(sha256: sha256)
        }
    }

    package struct DigestSet: Codable, Hashable, Sendable {
        package let sha256: Digest
    }

    /// SLSA v1, `https://slsa.dev/spec/v1.0/provenance`.
    package struct Predicate: Codable, Hashable, Sendable {
        package let buildDefinition: BuildDefinition
        package let runDetails: RunDetails
    }

    package struct BuildDefinition: Codable, Hashable, Sendable {
        package let buildType: String
        package let externalParameters: Parameters
        /// Everything that was read: the source's files, adapters, calibration text, anchor.
        package let resolvedDependencies: [Dependency]
    }

    /// What the person who built asked for.
    package struct Parameters: Codable, Hashable, Sendable {
        package let name: String
        package let version: SemanticVersion
        package let recipe: Recipe
    }

    package struct Recipe: Codable, Hashable, Sendable {
        package let quantization: Manifest.Quantization
        /// The digest of the recipe's own text, where there was one.
        package let sha256: Digest?
        /// How near to the anchor blocks stay, as a part of their weights' root mean square.
        package let anchorTolerance: Double?

        package init(quantization: Manifest.Quantization, sha256: Digest?, anchorTolerance: Double? = nil) {
            self.quantization = quantization
            self.sha256 = sha256
            self.anchorTolerance = anchorTolerance
        }
    }

    package struct Dependency: Codable, Hashable, Sendable {
        /// A name without any folder of the building machine, as `source/config.json`.
        package let name: String
        package let digest: DigestSet

        package init(name: String, sha256: Digest) {
            self.name = name
            digest = DigestSet(sha256: sha256)
        }
    }

    package struct RunDetails: Codable, Hashable, Sendable {
        package let builder: Builder
    }

    package struct Builder: Codable, Hashable, Sendable {
        package let id: String
        package let version: [String: String]
    }

    package static let buildType = "urn:modelpack:build:1"

    /// `toolVersion` is this program's.
    package init(
        subjects: [Subject], name: String, version: SemanticVersion, recipe: Recipe, dependencies: [Dependency],
        toolVersion: String
    ) {
        type = "https://in-toto.io/Statement/v1"
        subject = subjects
        predicateType = "https://slsa.dev/provenance/v1"
        predicate = Predicate(
            buildDefinition: BuildDefinition(
                buildType: Self.buildType,
                externalParameters: Parameters(name: name, version: version, recipe: recipe),
                resolvedDependencies: dependencies.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }),
            runDetails: RunDetails(
                builder: Builder(id: "urn:modelpack", version: ["modelpack": toolVersion])))
    }

    /// The bytes of `provenance.json`.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(BundleError) {
        self = try CanonicalJSON.decode(Provenance.self, bytes, path: BundlePath.provenance)
    }
}
