import ArgumentParser
import Bundles

struct Unpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a bundle's members into a new folder.",
        discussion: """
            Every byte is checked against the bundle's index; who signed it is not checked. Other tools read the \
            folder as it is: llama.cpp model/model.gguf, model_signing the whole.

            Examples:
              modelpack unpack home-1.0.0.modelpack home
            """)

    @Argument(help: "The bundle.", completion: .file())
    var bundle: String

    @Argument(help: "The folder to make.", completion: .directory)
    var directory: String

    @OptionGroup var common: CommonOptions

    func run() throws {
        let opened = try locating(bundle) {
            let opened = try Bundle(path: bundle)
            try opened.unpack(to: directory)
            return opened
        }
        common.note("signers: not checked")
        let result = Result(
            path: directory, name: opened.manifest.name, version: opened.manifest.version.text,
            contentSHA256: opened.contentDigest.hex, members: opened.index.members.count)
        try common.report(
            result, text: "\(directory): \(opened.manifest.subject), \(count(opened.index.members.count, "member"))")
    }

    private struct Result: Encodable {
        let path: String
        let name: String
        let version: String
        let contentSHA256: String
        let members: Int
        let signers = "not checked"

        enum CodingKeys: String, CodingKey {
            case path, name, version
            case contentSHA256 = "content_sha256"
            case members, signers
        }
    }
}
