import Files
import Signatures
import Transport

/// Brings a bucket to the state of a repository's folder: what it has already isn't sent again.
package struct BucketMirror {
    private let client: BucketClient
    /// Whether what the folder doesn't have goes from the bucket.
    package var isDeleting = false
    package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(_ client: BucketClient) { self.client = client }

    package struct Result: Equatable, Sendable {
        /// Objects, and their bytes, that were there, and that were sent. Parts that an earlier run has sent count as there.
        package var present = Amount()
        package var sent = Amount()
        package var deleted = 0

        package struct Amount: Equatable, Sendable {
            package var objects = 0
            package var bytes = 0
        }
    }

    private static let folders = ["metadata", "targets"]

    /// Whoever calls this holds the folder's lock. What names a file goes after the file: clients see the old state or the
    /// new one, wherever this stops.
    package func run(_ folder: String) throws -> Result {
        let files = try MirroredFile.all(in: folder)
        let there = try Self.folders.map { try client.objects(below: $0 + "/") }
            .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        var result = Result()
        let total = files.reduce(0) { $0 + $1.size }
        for file in files {
            if try isPresent(file, size: there[file.path]) {
                result.present.objects += 1
                result.present.bytes += file.size
            } else {
                try send(file) { bytes, isNow in
                    if isNow { result.sent.bytes += bytes } else { result.present.bytes += bytes }
                    progress(result.present.bytes + result.sent.bytes, total)
                }
                result.sent.objects += 1
            }
            progress(result.present.bytes + result.sent.bytes, total)
        }
        if isDeleting {
            let kept = Set(files.map(\.path))
            for path in there.keys.sorted() where !kept.contains(path) {
                try client.delete(path)
                result.deleted += 1
            }
        }
        return result
    }

    /// What is named by its digest is what it was when it was put there; others are asked for theirs.
    private func isPresent(_ file: MirroredFile, size: Int?) throws -> Bool {
        guard size == file.size else { return false }
        if file.named != nil { return true }
        return try client.object(at: file.path)?.digest == file.digest()
    }

    private func send(_ file: MirroredFile, sent: (_ bytes: Int, _ isNow: Bool) -> Void) throws {
        let digest = try file.digest()
        if let named = file.named, named != digest {
            throw BucketError.damaged(path: file.location, expected: named, found: digest)
        }
        let mapped = try MappedFile(path: file.location)
        if mapped.count > client.partBytes {
            try client.putInParts(mapped, digest, at: file.path, headers: file.headers, sent: sent)
        } else {
            try client.put(.file(mapped, 0..<mapped.count), digest, at: file.path, headers: file.headers)
            sent(mapped.count, true)
        }
    }
}
