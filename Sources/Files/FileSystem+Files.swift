extension FileSystem {
    /// The files of a folder's folder and all below it, sorted, as paths from `folder` on; without what an interrupted
    /// run may have left, whose names end with `.tmp`. Throws `notRegular` for a link or a device.
    package static func files(in folder: String, below path: String) throws(FileError) -> [String] {
        var found: [String] = []
        for name in try list("\(folder)/\(path)") {
            switch try kind(of: "\(folder)/\(path)/\(name)") {
            case .file: if !name.hasSuffix(".tmp") { found.append("\(path)/\(name)") }
            case .directory: found += try files(in: folder, below: "\(path)/\(name)")
            case .other: throw .notRegular(path: "\(folder)/\(path)/\(name)")
            }
        }
        return found
    }
}
