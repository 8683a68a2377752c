import FoundationEssentials

/// Paths as they are written in a manifest: relative to its folder.
enum RelativePath {
    /// How `path` is reached from `folder`; both are relative to the working directory, or absolute.
    static func from(_ folder: String, to path: String) -> String {
        let start = parts(of: folder), end = parts(of: path)
        let shared = zip(start, end).prefix { $0 == $1 }.count
        let way = Array(repeating: "..", count: start.count - shared) + end.dropFirst(shared)
        return way.isEmpty ? "." : way.joined(separator: "/")
    }

    /// The last part, also of `.` and of paths that end with a slash.
    static func name(of path: String) -> String { parts(of: path).last ?? "model" }

    /// The parts of the absolute path, without `.` and `..`.
    private static func parts(of path: String) -> [String] {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts: [String] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts
    }
}
