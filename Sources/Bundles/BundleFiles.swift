import Files

/// Where a member's bytes are: in a mapped archive, or a mapped file of its own.
package struct MemberLocation: Sendable {
    package let file: MappedFile
    package let range: Range<Int>

    package init(file: MappedFile, range: Range<Int>) {
        self.file = file
        self.range = range
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] { file.bytes.array(range) }
}

/// A bundle's parts, found and measured, not yet parsed or trusted.
struct BundleFiles: Sendable {
    let index: [UInt8]
    let signatures: [(path: String, bytes: [UInt8])]
    let payload: [String: MemberLocation]
    /// The archive's layout; nil for an unpacked bundle.
    let layout: ArchiveLayout?

    /// Opens an archive, or a folder that holds an unpacked bundle.
    static func open(_ path: String) throws -> BundleFiles {
        FileSystem.isDirectory(path) ? try unpacked(path) : try archive(path)
    }

    static func archive(_ path: String) throws -> BundleFiles {
        let file = try MappedFile(path: path)
        let layout = try ArchiveLayout(parsing: file.bytes)
        var payload: [String: MemberLocation] = [:]
        for entry in layout.payload { payload[entry.path] = MemberLocation(file: file, range: entry.range) }
        guard payload[BundlePath.manifest] != nil else { throw BundleError.missing(path: BundlePath.manifest) }
        return BundleFiles(
            index: file.bytes.array(layout.index.range),
            signatures: layout.signatures.map { ($0.path, file.bytes.array($0.range)) },
            payload: payload, layout: layout)
    }

    /// Everything in the folder counts: a file that the index does not name refuses the bundle.
    static func unpacked(_ folder: String) throws -> BundleFiles {
        var paths: [String] = []
        try collect(folder, below: "", into: &paths)
        var index: [UInt8]?
        var signatures: [(path: String, bytes: [UInt8])] = []
        var payload: [String: MemberLocation] = [:]
        for path in paths {
            let place = folder + "/" + path
            if path == BundlePath.index {
                index = try document(place, limit: BundleLimits.index)
            } else if path.hasPrefix(BundlePath.signatures), path.hasSuffix(BundlePath.signatureExtension) {
                signatures.append((path, try document(place, limit: BundleLimits.document)))
            } else if BundlePath.isPayload(path) {
                let file = try MappedFile(path: place)
                payload[path] = MemberLocation(file: file, range: 0..<file.count)
            } else {
                throw BundleError.undeclared(path: path)
            }
        }
        guard signatures.count <= BundleLimits.signatures else {
            throw BundleError.limitExceeded(
                .signatures, limit: BundleLimits.signatures, found: signatures.count)
        }
        guard let index else { throw BundleError.missing(path: BundlePath.index) }
        guard payload[BundlePath.manifest] != nil else { throw BundleError.missing(path: BundlePath.manifest) }
        return BundleFiles(index: index, signatures: signatures, payload: payload, layout: nil)
    }

    private static func collect(_ folder: String, below prefix: String, into paths: inout [String]) throws {
        for name in try FileSystem.list(folder + "/" + prefix) {
            let path = prefix + name
            // A path that is too long is undeclared, so folders can't nest without end.
            guard BundlePath.isValid(path) else { throw BundleError.undeclared(path: path) }
            switch try FileSystem.kind(of: folder + "/" + path) {
            case .file: paths.append(path)
            case .directory: try collect(folder, below: path + "/", into: &paths)
            case .other: throw BundleError.notRegular(path: path)
            }
            let limit = BundleLimits.members + BundleLimits.signatures + 1
            guard paths.count <= limit else {
                throw BundleError.limitExceeded(.members, limit: limit, found: paths.count)
            }
        }
    }

    private static func document(_ path: String, limit: Int) throws -> [UInt8] {
        let file = try MappedFile(path: path)
        guard file.count <= limit else {
            throw BundleError.limitExceeded(.documentSize, limit: limit, found: file.count)
        }
        return file.bytes.array(0..<file.count)
    }
}
