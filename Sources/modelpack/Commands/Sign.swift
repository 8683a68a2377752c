import ArgumentParser
import Bundles
import Files
import Signatures

struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add a signature to a bundle, or sign a plain model folder.",
        discussion: """
            Every byte of a bundle is checked before it is signed. Other signatures stay; each signer has one file in \
            the bundle. With a certificate, those who pin its root need not know the key. A folder gets one detached \
            signature, as other tools of OpenSSF Model Signing read it.

            Examples:
              modelpack sign home-1.0.0.modelpack --key release.key
              modelpack sign home-1.0.0.modelpack --key release.key --certificate chain.pem
              modelpack sign home-1.0.0.modelpack \\
                --key 'pkcs11:token=release;object=build' --password-file pin.txt
              modelpack sign smollm2/ --key release.key --output smollm2.sig
            """)

    @Argument(help: "The bundle, or the folder.", completion: .file())
    var bundle: String

    @OptionGroup var signing: SigningKeyOptions

    @Option(
        name: .customLong("certificate"),
        help: "The key's certificate and those that lead to a root (PEM); may be given more than once.",
        completion: .file())
    var certificates: [String] = []

    @Option(name: .customLong("ignore"), help: "A path in the folder that is not signed; may be given more than once.")
    var ignored: [String] = []

    @Option(
        name: .shortAndLong,
        help: "Where to write the signed bundle, the bundle itself unless given; for a folder, the signature.",
        completion: .file())
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if signing.paths.isEmpty { throw ValidationError("Missing expected argument '--key <key>'") }
        if !certificates.isEmpty, signing.paths.count != 1 {
            throw ValidationError("--certificate goes with one --key")
        }
    }

    func run() throws {
        let chain = try certificates.flatMap(readCertificates)
        let signers = try signing.keys().map { chain.isEmpty ? Signer($0) : try Signer($0, certificates: chain) }
        if FileSystem.isDirectory(bundle), output != nil || !FileSystem.exists(bundle + "/" + BundlePath.index) {
            return try sign(folder: bundle, signers)
        }
        guard !FileSystem.isDirectory(bundle) else { throw FileError.notRegular(path: bundle) }
        guard ignored.isEmpty else { throw ValidationError("--ignore goes with a folder") }
        let destination = output ?? bundle
        let signed = try locating(bundle) {
            try Bundle(path: bundle).sign(with: signers, output: destination)
            return try Bundle(path: destination)
        }
        let result = Result(
            path: destination, contentSHA256: signed.contentDigest.hex, signatures: signed.signatures.map(\.path))
        try common.report(
            result,
            text: "\(destination): \(signed.manifest.subject) has \(count(signed.signatures.count, "signature"))")
    }

    private func sign(folder: String, _ signers: [Signer]) throws {
        guard let output, let signer = signers.first, signers.count == 1 else {
            throw ValidationError("a folder takes one --key, and --output for its signature")
        }
        let name = FileSystem.name(of: folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
        let model = try ForeignModel.sign(
            folder: folder, subject: name, signer: signer, ignoring: ignored, output: output)
        try common.report(
            FolderResult(path: output, subject: model.subject, files: model.files.count, unchecked: model.unchecked),
            text: "\(output): signs \(count(model.files.count, "file")) of \(model.subject)")
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

    private struct FolderResult: Encodable {
        let path, subject: String
        let files: Int
        let unchecked: [String]
    }
}
