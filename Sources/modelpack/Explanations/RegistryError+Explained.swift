import Registries

extension RegistryError: Explained {
    var message: String {
        switch self {
        case .badReference(let text, let problem): "'\(text)' names nothing in a registry: \(problem.words)"
        case .noTag(let text): "'\(text)' says neither a tag nor a digest"
        case .chosenDigest(let text): "'\(text)': a digest follows from what is pushed, and can't be chosen"
        case .unauthorized(let host, let isKnown):
            isKnown
                ? "\(host): doesn't allow this with these credentials"
                : "\(host): wants credentials, and none are known"
        case .unknownChallenge(let host, let challenge): "\(host): wants to be authorized at by '\(challenge)'"
        case .insecureAddress(let host, let address): "\(host): leads to \(address), which others can listen to"
        case .noSuchArtifact(let text): "\(text): isn't there"
        case .refused(let address, let status, let code, let message):
            "\(address): the registry answers with status \(status)"
                + (code.isEmpty ? "" : ", \(code)") + (message.isEmpty ? "" : ": \(message)")
        case .unexpected(let address, let what): "\(address): the registry answers with \(what)"
        case .notAModel(let text, let type): "\(text): is no model, but '\(type)'"
        case .notARepository(let text, let type): "\(text): is no repository, but '\(type)'"
        case .tooManyFiles(let folder, let count): "\(folder): \(count) files are more than a manifest has room for"
        case .malformedManifest(let text): "\(text): its manifest is no image manifest"
        case .damaged(let address, let expected, let found):
            "\(address): expected sha256 \(expected.hex.prefix(16))…, found \(found.isEmpty ? "other bytes" : found)"
        case .layerDisagrees(let path): "the layer '\(path)' is not what a bundle has"
        case .noSpace(let needed, let free): "\(needed) bytes are to come, and \(free) are free"
        case .malformedCredentials(let path): "\(path): is no configuration of Docker's"
        case .helperFailed(let program, let reason): "\(program): \(reason)"
        }
    }

    var hint: String? {
        switch self {
        case .badReference: "write it as registry.example.com/models/home:1.0.0"
        case .noTag: "add one, as in registry.example.com/models/home:1.0.0"
        case .chosenDigest: "give a tag, or leave it out for the bundle's version"
        case .unauthorized:
            "`docker login` or `skopeo login --authfile ~/.docker/config.json`; then run the command again"
        case .noSuchArtifact: "check the name and the tag; `skopeo list-tags` shows what is there"
        case .refused(_, let status, _, _) where status >= 500 || status == 429: "run the command again a little later"
        case .notAModel: "modelpack pulls what `modelpack push` has pushed"
        case .notARepository: "devices follow what `modelpack push REPOSITORY` has pushed"
        case .tooManyFiles: "`modelpack repo prune` removes old versions"
        case .damaged, .layerDisagrees: "push the bundle again, or ask who runs the registry"
        case .noSpace: "free some space and run the command again"
        case .malformedCredentials: "see that it is JSON, or log in again"
        case .helperFailed: "install the helper that config.json names, or take it out there"
        case .unknownChallenge, .insecureAddress, .unexpected: "ask who runs the registry"
        case .refused, .malformedManifest: nil
        }
    }
}

extension Reference.Problem {
    fileprivate var words: String {
        switch self {
        case .noHost: "the registry's host is missing"
        case .badHost: "this can't be a host"
        case .noRepository: "the repository is missing"
        case .badRepository: "a repository's name has lower-case letters and digits, and . _ - / between them"
        case .badTag: "a tag has letters, digits, . _ -, at most 128, and begins with neither . nor -"
        case .badDigest: "a digest is sha256: and 64 hexadecimal digits"
        }
    }
}
