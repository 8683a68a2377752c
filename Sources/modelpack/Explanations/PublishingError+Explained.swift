import Publishing

extension PublishingError: Explained {
    var status: ExitStatus {
        switch self {
        case .unusableKey(_, let error): error.status
        case .noRepository, .keysMissing: .localFile
        case .unreadablePolicy: .damaged
        case .judgedNo: .verdictIsNo
        case .changePending, .nothingPending, .nothingToSign, .keysInRepository, .keysNotInFolder, .unknownKey,
            .knownKey, .unknownRelease, .unknownChannel, .notOffered, .repositoryExists, .badThreshold, .unknownRole,
            .badChannelName, .badPercentage, .differentContent, .notNewer, .nothingToLeave, .tooLarge:
            .usage
        }
    }

    var message: String {
        switch self {
        case .repositoryExists(let path): "\(path): there is a repository already"
        case .noRepository(let path): "\(path): not a repository"
        case .unusableKey(let path, let error): "\(path): \(error.message)"
        case .keysMissing(let role, let folder, let found, let threshold):
            "\(folder): \(found) of the \(threshold) keys that must sign \(role) are here"
        case .keysInRepository(let folder): "\(folder): lies in the repository, which a web server shows to everybody"
        case .keysNotInFolder(let uri): "\(uri): --keys takes a folder; a repository's keys can't be in a token"
        case .changePending(let roles): "a change of \(roles.joined(separator: ", ")) waits for signatures"
        case .nothingPending: "nothing waits for signatures"
        case .nothingToSign(let folder): "\(folder): no key here can sign what waits, or has not signed it yet"
        case .unknownKey(let role, let keyID): "\(role) has no key '\(keyID)', or more than one that begins so"
        case .knownKey(let role, let keyID): "\(role) has key \(keyID.prefix(16))… already"
        case .unknownRelease(let name, let version, _): "the repository has no \(name) \(version)"
        case .unknownChannel(let channel, _): "the repository has no channel '\(channel)'"
        case .notOffered(let name, let channel, _): "channel '\(channel)' offers no \(name)"
        case .badThreshold(let role, let threshold): "a threshold of \(threshold) is not possible for \(role)"
        case .unknownRole(let role): "there is no role '\(role)'"
        case .badChannelName(let name): "'\(name)' can't be a channel's name"
        case .badPercentage(let percent): "\(percent) is no percentage"
        case .unreadablePolicy: "the repository has no policy"
        case .differentContent(let name, let version, let published, let offered):
            "\(name) \(version) is published with another content: index \(published.hex.prefix(16))…, "
                + "and this is \(offered.hex.prefix(16))…"
        case .notNewer(let name, let version, let current, let channel):
            "channel '\(channel)' offers \(name) \(current), which is newer than \(version)"
        case .nothingToLeave(let name, let version, let channel):
            "channel '\(channel)' never offered a \(name) above \(version)"
        case .judgedNo(let reasons, let bundle, let baseline):
            (["the verdict is no:"] + reasons.firstFew(of: bundle, baseline: baseline)).joined(separator: "\n  ")
        case .tooLarge(let role, let bytes, let limit):
            "\(role) metadata would have \(bytes) bytes; clients accept \(limit)"
        }
    }

    var hint: String? {
        switch self {
        case .noRepository: "make one with: modelpack repo init DIR --keys DIR --policy FILE"
        case .unusableKey(_, let error): error.hint
        case .keysMissing(let role, _, _, _): "put \(role).key into the folder given with --keys"
        case .badThreshold: "a role needs from 1 to as many signatures as it has keys; `repo init` takes up to 16"
        case .unknownRole(let role):
            suggestion(
                for: role, among: ["root", "targets", "snapshot", "timestamp"],
                otherwise: "the roles are root, targets, snapshot, timestamp and the channels")
        case .keysInRepository: "keep private keys elsewhere, and give that folder with --keys"
        case .keysNotInFolder: "give a folder of key files, encrypted with --password-file; tokens hold build keys"
        case .changePending: "finish it with `modelpack repo sign`, or drop it with `modelpack repo sign --discard`"
        case .unknownRelease(let name, let version, let known):
            suggestion(
                for: "\(name) \(version)", among: known.map { $0.split(separator: "/").joined(separator: " ") },
                otherwise: "see `modelpack repo status`")
        case .unknownChannel(let name, let known), .notOffered(let name, _, let known):
            suggestion(for: name, among: known, otherwise: "see `modelpack repo status`")
        case .nothingToSign, .unknownKey: "see `modelpack repo status`"
        case .badChannelName: "use up to 64 of a-z, 0-9, '.', '_' and '-', such as stable"
        case .badPercentage: "give a number from 0 to 100"
        case .differentContent: "raise the version in the manifest and build again"
        case .notNewer: "to take devices back to it, add --step-back"
        case .nothingToLeave: "leave out --step-back; if log.jsonl was lost, take devices on to a new version instead"
        case .judgedNo: "to publish it all the same, add --force REASON; the reason is logged"
        default: nil
        }
    }
}

extension [String] {
    /// The first ten reasons against a bundle, and how to be told the others.
    func firstFew(of bundle: String, baseline: String? = nil) -> [String] {
        guard count > 10 else { return self }
        let beside = baseline.map { " --baseline \($0)" } ?? ""
        return prefix(10) + ["and \(count - 10) more: modelpack verify \(bundle) --policy POLICY\(beside)"]
    }
}
