import Bundles
import Files
import FoundationEssentials

extension Store {
    /// Puts right what a stop left behind.
    mutating func repair(clock: Date) throws {
        try removeTemporaries(layout.root)
        try removeTemporaries(layout.trust)
        let names = Set((try? FileSystem.list(layout.models)) ?? []).union(state.models.keys)
        for name in names.sorted() where Manifest.isName(name) {
            let model = layout.model(name)
            try removeTemporaries(model.folder)
            try removeTemporaries(model.versions)
            let disk = Self.disk(of: model)
            let repairs = repairs(of: state.models[name] ?? ModelState(), given: disk)
            for repair in repairs { try apply(repair, to: name, current: disk.current, clock: clock) }
        }
    }

    private mutating func apply(_ repair: Repair, to name: String, current: String?, clock: Date) throws {
        switch repair {
        case .forget(let version):
            try record(.lost(version: version), of: name, at: now(clock: clock))
        case .point(let version):
            try point(name, to: version)
            // A link that leads out of `versions` has a slash before it.
            let target = current.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
            let reason = target.map { "`current` led to \(version == nil ? "it" : $0)" } ?? "`current` was missing"
            try note("repaired", of: name, version ?? target, reason, at: now(clock: clock))
        case .discard:
            try record(.discarded, of: name, at: now(clock: clock))
        case .restage(let version):
            try restage(version, of: layout.model(name))
        }
    }

    /// Moves a version out of its place; false where somebody reads it.
    @discardableResult
    func restage(_ version: String, of model: ModelLayout) throws -> Bool {
        do {
            let reading = try FileLock(model.lock(version))
            try FileSystem.setMode(model.version(version), 0o755)
            try FileSystem.createDirectory(model.staging)
            // What the state counts on stays.
            if FileSystem.exists(model.staged(version)) {
                try FileSystem.remove(model.version(version))
            } else {
                try FileSystem.rename(model.version(version), to: model.staged(version))
            }
            try FileSystem.remove(model.lock(version))
            _ = consume reading
            return true
        } catch FileError.locked {
            return false
        }
    }

    /// Removes what an unfinished replacement left.
    private func removeTemporaries(_ folder: String) throws {
        for name in (try? FileSystem.list(folder)) ?? [] where name.hasSuffix(".tmp") {
            try FileSystem.remove(folder + "/" + name)
        }
    }
}
