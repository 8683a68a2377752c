import FoundationEssentials
import Transport
import Trust

/// The files that a repository's verified metadata names, found, fetched and checked.
package struct TargetFetcher {
    private let client: MetadataClient
    /// The repository's `targets/`.
    package let source: any Source
    private let now: Date
    /// Where small targets are kept; nil where they aren't.
    private let folder: MetadataFolder?
    /// Grows with the delegated roles that are asked.
    package private(set) var metadata: TrustedMetadata

    /// Brings the trusted metadata up to date first; `now` stays the time of the whole run (specification 5.1).
    package init(
        refreshing client: MetadataClient, source: any Source, keepingIn folder: MetadataFolder? = nil, now: Date
    ) throws {
        self.folder = folder
        self.client = client
        self.source = source
        self.now = now
        metadata = try client.refresh(now: now)
    }

    /// What the metadata says of the file; nil where there is none.
    package mutating func find(_ path: String) throws -> TargetFile? {
        try client.find(path, in: &metadata, now: now)
    }

    /// The whole file; nil where the metadata names no such file.
    package mutating func fetch(_ path: String, limit: Int) throws -> [UInt8]? {
        try find(path).map { try fetch($0, limit: limit) }
    }

    /// The same for a file that every run asks for: the one that was kept, as long as it is what it should be.
    package mutating func fetch(kept path: String, limit: Int) throws -> [UInt8]? {
        guard let file = try find(path) else { return nil }
        if let bytes = try folder?.readTarget(path), (try? file.verify(bytes)) != nil { return bytes }
        let bytes = try fetch(file, limit: limit)
        try folder?.storeTarget(bytes, as: path)
        return bytes
    }

    /// The whole file, once it is found; of a mirror whose copy is damaged the next one is asked.
    package func fetch(_ file: TargetFile, limit: Int) throws -> [UInt8] {
        guard file.length <= limit else { throw TransportError.tooLong(address: file.path, limit: limit) }
        while true {
            let bytes = try source.fetch(try address(of: file), limit: file.length)
            do {
                try file.verify(bytes)
                return bytes
            } catch {
                guard source.turn() else { throw error }
            }
        }
    }

    /// Where the source has the file.
    package func address(of file: TargetFile) throws(TrustError) -> String {
        guard let path = file.consistentPath else { throw .noKnownDigest(name: file.path) }
        return urlPath(metadata.root.consistentSnapshot ? path : file.path)
    }
}
