import Signatures

/// What a bundle is made of, for inventories (`sbom.cdx.json`): a CycloneDX 1.6 ML-BOM.
///
/// It has neither serial number nor time, which the format leaves optional: the same inputs give the same bytes.
package struct SBOM: Codable, Hashable, Sendable {
    package let bomFormat: String
    package let specVersion: String
    package let version: Int
    package let components: [Component]

    package struct Component: Codable, Hashable, Sendable {
        package let type: String
        package let name: String
        package let version: String
        package let hashes: [Hash]
        package let licenses: [LicenseChoice]?
        package let modelCard: ModelCard
        package let pedigree: Pedigree?
    }

    package struct Hash: Codable, Hashable, Sendable {
        package let alg: String
        package let content: String
    }

    /// One licence: by its SPDX expression.
    package struct LicenseChoice: Codable, Hashable, Sendable {
        package let expression: String
    }

    package struct ModelCard: Codable, Hashable, Sendable {
        package let modelParameters: ModelParameters
    }

    package struct ModelParameters: Codable, Hashable, Sendable {
        package let task: String
        package let architectureFamily: String
    }

    /// The models that this one was made from.
    package struct Pedigree: Codable, Hashable, Sendable {
        package let ancestors: [Ancestor]
    }

    package struct Ancestor: Codable, Hashable, Sendable {
        package let type: String
        package let name: String
    }

    /// Describes the model of a manifest whose weights have this digest.
    package init(manifest: Manifest, weights: Digest) {
        bomFormat = "CycloneDX"
        specVersion = "1.6"
        version = 1
        components = [
            Component(
                type: "machine-learning-model", name: manifest.name, version: manifest.version.text,
                hashes: [Hash(alg: "SHA-256", content: weights.hex)],
                licenses: manifest.license?.spdx.map { [LicenseChoice(expression: $0)] },
                modelCard: ModelCard(
                    modelParameters: ModelParameters(
                        task: "text-generation", architectureFamily: manifest.architecture)),
                pedigree: manifest.lineage?.base.map {
                    Pedigree(ancestors: [Ancestor(type: "machine-learning-model", name: $0)])
                })
        ]
    }

    /// The bytes of `sbom.cdx.json`.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(BundleError) {
        self = try CanonicalJSON.decode(SBOM.self, bytes, path: BundlePath.sbom)
    }
}
