import Files
import Transport
import Trust
import Updating

extension Examination {
    /// A device's folder: who owns it, what it was told, what is on it, how much room it has; and its repository.
    static func device(_ device: ModelDevice) -> Examination {
        let layout = device.layout
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
        found.examine(repositoryOf: device)
        return found
    }

    /// Whether the repository answers, is believed from the device's root on, and for how long.
    private mutating func examine(repositoryOf device: ModelDevice) {
        do {
            let (metadata, models, now) = try device.look()
            add(
                "repository",
                "answers; the channel carries " + (models.isEmpty ? "nothing" : models.joined(separator: ", ")))
            func left(_ header: RoleHeader?) -> String {
                header.map { "expires in " + duration($0.expires.seconds - Moment(now).seconds) } ?? "-"
            }
            add(
                "root",
                "version \(metadata.rootVersion), signed on from this device's own; \(left(metadata.root.header))")
            add("timestamp", "version \(metadata.timestampVersion ?? 0); \(left(metadata.timestamp?.header))")
        } catch let error as TransportError where error.isTransient {
            warn("repository", error.message, hint: error.hint)
        } catch {
            add("repository") { throw error }
        }
    }
}

/// Days, hours or minutes, whatever says enough.
private func duration(_ seconds: Int) -> String {
    switch seconds / 3600 {
    case 48...: count(seconds / 86400, "day")
    case 2...: "\(seconds / 3600) h"
    default: "\(seconds / 60) min"
    }
}
