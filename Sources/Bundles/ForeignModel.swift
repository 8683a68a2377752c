import Files
import Signatures

/// A plain model folder that another tool signed: read leniently, and only as far as its signature reaches.
package struct ForeignModel: Sendable {
    package let subject: String
    /// The files that are signed and whole, in the signature's order.
    package let files: [String]
    /// Files in the folder that the signer chose to leave out; nobody vouches for them.
    package let unchecked: [String]

    /// Checks the folder's files against a signature whose signer has been judged.
    ///
    /// A file that is neither signed nor below an ignored path refuses the folder; `signaturePath` is passed over.
    init(folder: String, signature: ModelSignature, signaturePath: String) throws {
        var digests: [String: Digest] = [:]
        for resource in signature.resources { digests[resource.name] = resource.digest }
        var unchecked: [String] = []
        var left = Set(digests.keys)
        var folders = [""]
        while let prefix = folders.popLast() {
            for name in try FileSystem.list(folder + "/" + prefix) {
                let path = prefix + name, place = folder + "/" + path
                switch try FileSystem.kind(of: place) {
                case .directory: folders.append(path + "/")
                case .file where left.remove(path) != nil:
                    try Self.check(MappedFile(path: place), path, digests[path])
                case .file where Self.isIgnored(path, signature.ignoredPaths): unchecked.append(path)
                case .file where FileSystem.isSame(place, signaturePath): break
                case .file: throw BundleError.undeclared(path: path)
                case .other where Self.isIgnored(path, signature.ignoredPaths): unchecked.append(path)
                case .other: throw BundleError.notRegular(path: path)
                }
            }
        }
        if let missing = left.min() { throw BundleError.missing(path: missing) }
        subject = signature.subject
        files = signature.resources.map(\.name)
        self.unchecked = unchecked.sorted()
    }

    private static func check(_ file: MappedFile, _ path: String, _ expected: Digest?) throws(BundleError) {
        var stream = DigestStream()
        for start in stride(from: 0, to: file.count, by: BundleLimits.chunkSize) {
            let piece = start..<min(start + BundleLimits.chunkSize, file.count)
            stream.update(file.bytes.extracting(piece))
            file.mapping.release(piece)
        }
        let found = stream.finish()
        guard let expected, found != expected else { return }
        throw .damaged(path: path, offset: 0, expected: expected, found: found)
    }

    private static func isIgnored(_ path: String, _ ignored: [String]) -> Bool {
        ignored.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    }
}
