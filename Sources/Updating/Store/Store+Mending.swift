import Files
import FoundationEssentials

extension Store {
    /// Replaces the files of an installed version that differ from those of the same version in staging.
    ///
    /// File by file, each in one step: at no moment is the version worse than it was, and who reads goes on reading.
    func mend(_ version: String, of name: String) throws {
        let model = layout.model(name)
        try seal(model.staged(version))
        try mend(model.version(version), from: model.staged(version))
        try FileSystem.remove(model.staged(version))
    }

    private func mend(_ folder: String, from staged: String) throws {
        if !FileSystem.isDirectory(folder) {
            try FileSystem.remove(folder)
            try FileSystem.makeDirectory(folder)
        }
        try FileSystem.setMode(folder, 0o755)
        // Sealed folders can't be renamed out of.
        try FileSystem.setMode(staged, 0o755)
        let names = try FileSystem.list(staged)
        for name in try FileSystem.list(folder) where !names.contains(name) {
            try FileSystem.remove(folder + "/" + name)
        }
        for name in names {
            let (good, old) = (staged + "/" + name, folder + "/" + name)
            if FileSystem.isDirectory(good) {
                try mend(old, from: good)
            } else if !FileSystem.isSame(good, old) {
                if FileSystem.exists(old), FileSystem.status(old) == nil { try FileSystem.remove(old) }
                try FileSystem.rename(good, to: old)
            }
        }
        try FileSystem.syncDirectory(folder)
        try FileSystem.setMode(folder, 0o555)
    }

    /// Adds to the history what changes no state.
    func note(_ event: String, of name: String, _ version: String?, _ reason: String?, at now: Date) throws {
        try remember(HistoryEntry(at: now, model: name, event: event, version: version, reason: reason))
    }

    /// Adds a line to the history, and a report to the queue where the owner wants them.
    func remember(_ entry: HistoryEntry) throws {
        try History(layout.history).append(entry)
        if let reporting { try ReportQueue(layout.reports).add(Report(entry, label: reporting.label)) }
    }
}
