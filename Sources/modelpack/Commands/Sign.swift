import ArgumentParser
import Bundles
import Files

struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add a signature to a bundle.",
        discussion: """
            Every byte is checked before it is signed. Other signatures stay; each signer has one file in the bundle.

            Examples:
              modelpack sign home-1.0.0.modelpack --key release.key
              modelpack sign home-1.0.0.modelpack --key release.key --output signed.modelpack
            """)

    @Argument(help: "The bundle.")
    var bundle: String

    @OptionGroup var signing: SigningKeyOptions

    @Option(name: .shortAndLong, help: "Where to write the signed bundle; the bundle itself unless given.")
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if signing.paths.isEmpty { throw ValidationError("Missing expected argument '--key <key>'") }
    }

    func run() throws {
        let keys = try signing.keys()
        guard !FileSystem.isDirectory(bundle) else { throw FileError.notRegular(path: bundle) }
        let destination = output ?? bundle
        let signed = try locating(bundle) {
            try Bundle(path: bundle).sign(with: keys, output: destination)
            return try Bundle(path: destination)
        }
        let result = Result(
            path: destination, contentSHA256: signed.contentDigest.hex, signatures: signed.signatures.map(\.path))
        try common.report(
            result,
            text: "\(destination): \(signed.manifest.subject) has \(count(signed.signatures.count, "signature"))")
    }

    private struct Result: Encodable {
        let path: String
        let contentSHA256: String
        let signatures: [String]

        enum CodingKeys: String, CodingKey {
            case path
            case contentSHA256 = "content_sha256"
            case signatures
        }
    }
}
