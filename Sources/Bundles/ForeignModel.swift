import Files
import Signatures

/// A plain model folder with one detached signature, as other tools sign them: no index, every file is hashed whole.
package struct ForeignModel: Sendable {
    package let subject: String
    /// The files that are signed and whole, in the signature's order.
    package let files: [String]
    /// Files in the folder that the verifier passed over; nobody vouches for them.
    package let unchecked: [String]

    /// Checks the folder's files against a signature whose signer has been judged.
    ///
    /// A file that isn't signed refuses the folder, also where the signer's `ignore_paths` or git's own names hide it:
    /// only the verifier says what may lie there unsigned. `signaturePath` is passed over.
    init(folder: String, signature: ModelSignature, signaturePath: String, ignoring ignored: [String]) throws {
        // By bytes: names that Unicode holds to be the same are different files.
        var left: [[UInt8]: Digest] = [:]
        for resource in signature.resources { left[Array(resource.name.utf8)] = resource.digest }
        var unchecked: [String] = []
        for (path, kind) in try Self.entries(in: folder) {
            if kind == .file, let expected = left.removeValue(forKey: Array(path.utf8)) {
                let found = Self.digest(try MappedFile(path: folder + "/" + path))
                guard found == expected else {
                    throw BundleError.damaged(path: path, offset: 0, expected: expected, found: found)
                }
            } else if Self.isBelow(ignored, path) {
                unchecked.append(path)
            } else if kind != .file {
                throw BundleError.notRegular(path: path)
            } else if !FileSystem.isSame(folder + "/" + path, signaturePath) {
                throw BundleError.undeclared(path: path)
            }
        }
        if let missing = left.keys.min(by: { $0.lexicographicallyPrecedes($1) }) {
            throw BundleError.missing(path: String(decoding: missing, as: UTF8.self))
        }
        subject = signature.subject
        files = signature.resources.map(\.name)
        self.unchecked = unchecked
    }

    /// Signs a folder's files and writes the signature to `output`, which may lie in the folder.
    ///
    /// Throws for links and devices, and for files that can't be named in UTF-8.
    package static func sign(
        folder: String, subject: String, signer: Signer, ignoring ignored: [String] = [], output: String
    ) throws -> ForeignModel {
        var resources: [ModelSignature.Resource] = [], unchecked: [String] = []
        for (path, kind) in try entries(in: folder) {
            let isOutput = FileSystem.exists(output) && FileSystem.isSame(folder + "/" + path, output)
            if isOutput || isBelow(ignored, path) {
                unchecked.append(path)
                continue
            }
            guard kind == .file else { throw BundleError.notRegular(path: path) }
            resources.append(.init(name: path, digest: digest(try MappedFile(path: folder + "/" + path))))
        }
        let signature = try ModelSignature.sign(
            subject: subject, resources: resources, signer: signer, ignoring: ignored.sorted())
        try FileSystem.replace(output, with: signature.encoded)
        return ForeignModel(
            subject: subject, files: signature.resources.map(\.name), unchecked: unchecked)
    }

    private init(subject: String, files: [String], unchecked: [String]) {
        self.subject = subject
        self.files = files
        self.unchecked = unchecked
    }

    /// Everything in the folder but folders, by the path below it, sorted.
    private static func entries(in folder: String) throws -> [(path: String, kind: FileSystem.Kind)] {
        var found: [(path: String, kind: FileSystem.Kind)] = []
        var folders = [""]
        while let prefix = folders.popLast() {
            for name in try FileSystem.list(folder + "/" + prefix) {
                let path = prefix + name
                let kind = try FileSystem.kind(of: folder + "/" + path)
                if kind == .directory { folders.append(path + "/") } else { found.append((path, kind)) }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    private static func digest(_ file: MappedFile) -> Digest {
        var stream = DigestStream()
        for start in stride(from: 0, to: file.count, by: BundleLimits.chunkSize) {
            let piece = start..<min(start + BundleLimits.chunkSize, file.count)
            stream.update(file.bytes.extracting(piece))
            file.mapping.release(piece)
        }
        return stream.finish()
    }

    private static func isBelow(_ folders: [String], _ path: String) -> Bool {
        folders.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    }
}
