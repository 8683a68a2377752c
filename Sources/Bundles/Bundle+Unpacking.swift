import Files

extension Bundle {
    /// Writes every member, the index and the signatures as files below `folder`, which appears whole or not at all.
    package func unpack(to folder: String) throws {
        guard !FileSystem.exists(folder) else { throw FileError.exists(path: folder) }
        let temporary = FileSystem.temporaryName(for: folder)
        do {
            try FileSystem.remove(temporary)
            var folders: Set<String> = [temporary]
            func place(_ path: String) throws -> String {
                let whole = temporary + "/" + path
                var parent = FileSystem.parent(of: whole)
                try FileSystem.createDirectory(parent)
                while folders.insert(parent).inserted { parent = FileSystem.parent(of: parent) }
                return whole
            }
            for member in index.members { try location(of: member.path).write(to: place(member.path)) }
            try FileSystem.replace(place(BundlePath.index), with: index.encoded())
            for file in signatures { try FileSystem.replace(place(file.path), with: file.bytes) }
            for folder in folders { try FileSystem.syncDirectory(folder) }
            try FileSystem.rename(temporary, to: folder)
        } catch {
            // A leftover temporary harms nobody; the cause of the failure matters more.
            try? FileSystem.remove(temporary)
            throw error
        }
    }
}
