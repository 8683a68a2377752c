import Updating

extension UpdateError: Explained {
    var message: String {
        switch self {
        case .noDevice(let root): "\(root): no device was set up here"
        case .deviceExists(let root): "\(root): a device is set up here already"
        case .notPrivate(let root): "\(root): must belong to you, and nobody else may write in it"
        case .noRoot(let folder): "\(folder)/root.json: the root that trust starts from is missing"
        case .noState(let path): "\(path): is missing, and with it what this device has and its floor"
        case .badModelName(let name): "'\(name)' is not a model's name"
        case .notOnChannel(let model, let channel, _): "channel \(channel) carries no model '\(model)'"
        case .noChannel(let channel, _): "the repository has no channel '\(channel)'"
        case .noTarget(let path): "the repository's metadata lacks \(path)"
        case .contradiction(let what, let expected, let found): "the release's \(what) is '\(found)', not '\(expected)'"
        case .damaged(let member, let chunk):
            "\(member): chunk \(chunk) has a wrong digest, however often it is fetched"
        case .rotten(let model, let version): "\(model) \(version) is no longer what was fetched"
        case .unmet(let requirement, let needed, let found):
            "the model requires \(requirement) \(needed); this device has \(found)"
        case .noSpace(let needed, let free): "\(readable(needed)) are needed, \(readable(free)) are free"
        case .cancelled: "the update was cancelled"
        case .metered(let bytes, _): "the link is metered, and \(readable(bytes)) would come without a delta"
        }
    }

    var hint: String? {
        switch self {
        case .noDevice: "set it up with `modelpack device init`, or name another folder with --root"
        case .deviceExists: "change its device.yaml, or choose another folder"
        case .notPrivate: "check the owner, and take away others' write permission"
        case .noRoot: "set the device up anew with `modelpack device init`"
        case .noState:
            "restore it from a copy, or set the device up anew in another folder with `modelpack device init`"
        case .badModelName: "names are letters a-z, digits and ._-, at most 64"
        case .notOnChannel(let model, _, let known):
            suggestion(for: model, among: known, otherwise: "it carries " + known.joined(separator: ", "))
        case .noChannel(_, []): "its metadata names none: ask who publishes it"
        case .noChannel(let channel, let known):
            "\(suggestion(for: channel, among: known, otherwise: "it has " + known.joined(separator: ", ")) ?? "")\n"
                + "`channel` in device.yaml says which one is followed"
        case .noTarget: "ask who publishes the repository"
        case .contradiction: "the repository can't be trusted with this release; ask who publishes it"
        case .damaged: "the repository's copy is damaged; ask who publishes it"
        case .rotten: "run `modelpack update`, or `modelpack check`: only what has changed is fetched"
        case .unmet, .cancelled: nil
        case .metered: "run the command again on another link, without --metered"
        case .noSpace: "free some space and run the command again; what was fetched is kept"
        }
    }
}

extension StateError: Explained {
    var message: String {
        switch self {
        case .malformed: "state.json: is malformed"
        case .unknownFormat(let format): "state.json: has format \(format), which this modelpack doesn't know"
        case .unknownModel(let name, _): "this device has no model '\(name)'"
        case .noTrial: "no version is on trial"
        case .noPrevious: "there is no version to go back to"
        case .blocked(let version): "version \(version) is blocked on this device"
        case .belowFloor(let version, let floor): "version \(version) is below this device's floor, \(floor)"
        case .notBlocked(let version): "version \(version) is not blocked"
        case .pinned(let version): "the model is pinned to version \(version)"
        case .notPinned: "the model is not pinned"
        case .nothingStaged: "no version is staged"
        case .isConfirmed(let version): "version \(version) is confirmed already"
        }
    }

    var hint: String? {
        switch self {
        case .malformed: UpdateError.noState(path: "").hint
        case .unknownFormat: "use the modelpack that wrote it, or a newer one"
        case .unknownModel(let name, let known):
            suggestion(for: name, among: known, otherwise: "see `modelpack status`")
        case .noTrial, .noPrevious, .notPinned: "see `modelpack status`"
        case .blocked(let version):
            "see `modelpack history` for why; `modelpack unblock NAME \(version)` lets it in again"
        case .notBlocked: "see `modelpack status` for those that are"
        case .belowFloor: nil
        case .pinned: "let other versions in with `modelpack unpin`"
        case .nothingStaged: "fetch one with `modelpack update --no-activate`"
        case .isConfirmed: "go back with `modelpack rollback`"
        }
    }
}
