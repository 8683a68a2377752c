import Files
import Updating

extension Examination {
    /// A device's folder: who owns it, what it was told, what is on it, how much room it has.
    static func device(_ layout: DeviceLayout) -> Examination {
        var found = Examination("the device at \(layout.root)")
        found.add("configuration") {
            let configuration = try DeviceConfiguration(existing: layout)
            return "channel \(configuration.channel) of \(configuration.repository)"
        }
        guard found.isFine else { return found }
        if FileSystem.isPrivateDirectory(layout.root) {
            found.add("folder", "yours alone to write in")
        } else {
            let error = UpdateError.notPrivate(root: layout.root)
            found.refuse("folder", error.message, hint: error.hint)
        }
        found.add("models") {
            let state = try Store.readState(layout)
            let models = DeviceStatus(try DeviceConfiguration(existing: layout), state, layout).models
            let names = models.sorted { $0.key < $1.key }.map { "\($0) \($1.trial ?? $1.confirmed ?? "-")" }
            return names.isEmpty ? "none yet" : names.joined(separator: ", ")
        }
        found.add("disk") { "\(readable(try FileSystem.freeSpace(at: layout.root))) free" }
        return found
    }
}
