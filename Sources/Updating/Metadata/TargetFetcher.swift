import Transport
import Trust

/// The files that verified metadata names, fetched and checked.
package struct TargetFetcher {
    package let metadata: TrustedMetadata
    /// The repository's `targets/`.
    package let source: any Source

    package init(metadata: TrustedMetadata, source: any Source) {
        self.metadata = metadata
        self.source = source
    }

    /// The whole file; nil where the metadata names no such file.
    package func fetch(_ path: String, limit: Int) throws -> [UInt8]? {
        guard let file = metadata.target(path) else { return nil }
        guard file.length <= limit else { throw TransportError.tooLong(address: path, limit: limit) }
        let bytes = try source.fetch(try address(of: file), limit: file.length)
        try file.verify(bytes)
        return bytes
    }

    /// Where the source has the file.
    package func address(of file: TargetFile) throws(TrustError) -> String {
        if !metadata.root.consistentSnapshot { return urlPath(file.path) }
        guard let path = file.consistentPath else { throw .noKnownDigest(name: file.path) }
        return urlPath(path)
    }
}
