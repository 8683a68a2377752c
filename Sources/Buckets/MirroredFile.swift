import Files
import Signatures

/// A file of a repository, as it lies in a bucket.
struct MirroredFile: Equatable {
    /// From the repository's folder on, as `metadata/1.root.json`.
    let path: String
    let location: String
    let size: Int
    /// What the file's name says that it is: targets are called `SHA256.NAME`.
    let named: Digest?

    /// All files that clients may ask for, in an order that leaves no gap: targets, what lists them, `timestamp.json`,
    /// which makes them known, and then new roots, for the old ones' keys have signed it too where that was possible.
    static func all(in folder: String) throws -> [MirroredFile] {
        let targets = try FileSystem.files(in: folder, below: "targets")
        let metadata = try FileSystem.files(in: folder, below: "metadata")
        func stage(_ path: String) -> Int { path == timestamp ? 1 : path.hasSuffix(".root.json") ? 2 : 0 }
        let ordered = (0...2).flatMap { number in metadata.filter { stage($0) == number } }
        return try (targets + ordered).map { try MirroredFile($0, in: folder) }
    }

    private init(_ path: String, in folder: String) throws {
        self.path = path
        location = folder + "/" + path
        size = try OpenFile(reading: location).size()
        let parts = FileSystem.name(of: path).split(separator: ".", maxSplits: 1)
        named = path.hasPrefix("targets/") ? parts.first.flatMap { Digest(hex: String($0)) } : nil
    }

    func digest() throws -> Digest {
        var stream = DigestStream()
        try OpenFile(reading: location).forEachPiece { stream.update($0) }
        return stream.finish()
    }

    private static let timestamp = "metadata/timestamp.json"

    /// How the object is to be served (docs/serving.md).
    var headers: [String] {
        let caching = path == Self.timestamp ? "no-cache" : "public, max-age=31536000, immutable"
        let type = path.hasSuffix(".json") ? "application/json" : "application/octet-stream"
        return ["Cache-Control: \(caching), no-transform", "Content-Type: \(type)"]
    }
}
