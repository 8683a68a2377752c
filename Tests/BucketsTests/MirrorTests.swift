import Files
import Signatures
import Synchronization
import TestServer
import Testing
import Transport

@testable import Buckets

@Suite("A bucket gets what it lacks, in an order that leaves no gap")
struct MirrorTests {
    @Test("Targets, what lists them, the timestamp, then roots; headers say how long each stays as it is")
    func first() throws {
        let repository = try TemporaryRepository(), bucket = TestBucket()
        try repository.write("metadata/12.left.json.77.tmp", [1])
        try repository.write("log.jsonl", [1])
        let target = try repository.write(target: "home/1.0.0+cpu/a b", [])
        let result = try BucketMirror(bucket.client()).run(repository.path)
        #expect(result.sent.objects == 7)
        #expect(result.present == .init())
        let puts = bucket.log.filter { $0.hasPrefix("PUT") }.map { $0.dropFirst("PUT fleet/".count) }
        #expect(puts[0...1].allSatisfy { $0.hasPrefix("targets/home/1.0.0") })
        #expect(puts[0...1].contains { $0.hasPrefix("targets/home/1.0.0%2Bcpu/") && $0.hasSuffix(".a%20b") })
        #expect(
            puts[2...] == [
                "metadata/1.snapshot.json", "metadata/1.targets.json", "metadata/timestamp.json",
                "metadata/1.root.json",
                "metadata/2.root.json",
            ])
        let timestamp = try #require(bucket.stored.objects["fleet/metadata/timestamp.json"])
        #expect(timestamp.headers["cache-control"] == "no-cache, no-transform")
        #expect(timestamp.headers["content-type"] == "application/json")
        let bytes = try #require(bucket.stored.objects["fleet/" + target])
        #expect(bytes.headers["cache-control"] == "public, max-age=31536000, immutable, no-transform")
        #expect(bytes.headers["content-type"] == "application/octet-stream")
        #expect(bytes.headers["x-amz-meta-sha256"] == Digest.sha256([]).hex)
    }

    @Test("A second run sends nothing, a third what is new or has other bytes under its name; deletes only when told")
    func again() throws {
        let repository = try TemporaryRepository(), bucket = TestBucket()
        let first = try BucketMirror(bucket.client()).run(repository.path)
        let second = try BucketMirror(bucket.client()).run(repository.path)
        #expect(first.sent.objects == 6)
        #expect(second == .init(present: first.sent))

        try repository.write("metadata/timestamp.json", Array(#"{"name":"timestomp"}"#.utf8))
        try repository.write(target: "home/1.1.0/home.modelpack", [1, 2, 3])
        try FileSystem.remove(repository.path + "/targets/home/1.0.0")
        bucket.change { stored in stored.objects["other/metadata/1.root.json"] = .init(bytes: [], headers: [:]) }
        let third = try BucketMirror(bucket.client()).run(repository.path)
        #expect(third.sent == .init(objects: 2, bytes: 3 + 20))
        #expect(third.deleted == 0)
        #expect(bucket.stored.objects.count == 8)

        var mirror = BucketMirror(try bucket.client())
        mirror.isDeleting = true
        #expect(try mirror.run(repository.path).deleted == 1)
        #expect(bucket.stored.objects.count == 7)
        #expect(bucket.stored.objects["other/metadata/1.root.json"] != nil)
    }

    @Test("A large file goes in parts, and an upload that stopped is gone on with", arguments: [false, true])
    func parts(isResumed: Bool) throws {
        let repository = try TemporaryRepository(size: 1050)
        let isBroken = Mutex(isResumed)
        let bucket = TestBucket { request in
            request.path.contains("partNumber=3&") && isBroken.withLock { $0 } ? .status(403) : nil
        }
        let mirror = BucketMirror(try bucket.client(partBytes: 300))
        if isResumed {
            #expect(throws: BucketError.self) { try mirror.run(repository.path) }
            #expect(bucket.stored.objects.isEmpty)
            #expect(bucket.stored.uploads.first?.value.parts.count == 2)
            isBroken.withLock { $0 = false }
        }
        let result = try mirror.run(repository.path)
        let metadata = result.sent.bytes - (isResumed ? 450 : 1050)
        #expect(result.present == .init(objects: 0, bytes: isResumed ? 600 : 0))
        #expect(result.sent.objects == 6)
        let object = try #require(bucket.stored.objects.first { $0.key.contains("targets/") })
        #expect(object.value.bytes.count == 1050)
        #expect(object.key.contains(Digest.sha256(object.value.bytes).hex))
        #expect(object.value.headers["cache-control"] == "public, max-age=31536000, immutable, no-transform")
        #expect(metadata == bucket.stored.objects.values.reduce(-1050) { $0 + $1.bytes.count })
        #expect(bucket.stored.uploads.isEmpty)
        #expect(try mirror.run(repository.path).sent.objects == 0)
    }

    private static let internalError = Response.status(
        200, body: Array("<Error><Code>InternalError</Code></Error>".utf8))

    @Test(
        "An upload whose completion nobody heard of counts by its object",
        arguments: [Response.raw([]), .status(500), internalError])
    func unheard(answer: Response) throws {
        let repository = try TemporaryRepository(size: 1050), isHeard = Mutex(false)
        let bucket = TestBucket(instead: { request in
            guard request.method == "POST", request.path.contains("uploadId=") else { return nil }
            return isHeard.withLock { isHeard in
                defer { isHeard = true }
                return isHeard ? nil : answer
            }
        })
        let mirror = BucketMirror(try bucket.client(partBytes: 300))
        #expect(try mirror.run(repository.path).sent.objects == 6)
        #expect(bucket.log.filter { $0.contains("uploadId=") && $0.hasPrefix("POST") }.count == 2)
        #expect(try mirror.run(repository.path).sent.objects == 0)
    }

    @Test("An upload that is gone is an error where its object isn't there, or is another", arguments: [nil, 1050, 1])
    func gone(size: Int?) throws {
        let repository = try TemporaryRepository(size: 1050)
        let name = try #require(try FileSystem.files(in: repository.path, below: "targets").first)
        let bucket = TestBucket { request in
            request.method == "POST" && request.path.contains("uploadId=") ? .status(404) : nil
        }
        let file = try MappedFile(path: repository.path + "/" + name)
        let digest = Digest.sha256(file.bytes)
        if let size {
            bucket.change { stored in
                stored.objects["fleet/" + name] = .init(
                    bytes: .init(repeating: 0, count: size),
                    headers: ["x-amz-meta-sha256": (size == 1050 ? Digest.sha256([]) : digest).hex])
            }
        }
        #expect(throws: BucketError.self) {
            try bucket.client(partBytes: 300).putInParts(file, digest, at: name, headers: []) { _, _ in }
        }
    }

    @Test("An error behind a success is passed on once it stays")
    func lastingError() throws {
        let bucket = TestBucket { $0.path.contains("uploadId=") && $0.method == "POST" ? Self.internalError : nil }
        let repository = try TemporaryRepository(size: 1050)
        #expect(throws: BucketError.self) { try BucketMirror(bucket.client(partBytes: 300)).run(repository.path) }
        #expect(bucket.log.filter { $0.contains("uploadId=") && $0.hasPrefix("POST") }.count == 5)
    }

    @Test("Who may not see what an upload has begins anew", arguments: ["uploads=", "part-number-marker="])
    func unseen(query: String) throws {
        let repository = try TemporaryRepository(size: 1050)
        let name = try #require(try FileSystem.files(in: repository.path, below: "targets").first)
        let bucket = TestBucket { request in
            request.method == "GET" && request.path.contains(query) ? .status(403) : nil
        }
        bucket.change { stored in stored.uploads["fleet/" + name] = ([:], [1: .init(repeating: 0, count: 300)]) }
        let result = try BucketMirror(bucket.client(partBytes: 300)).run(repository.path)
        #expect(result.present.bytes == 0)
        #expect(name.contains(Digest.sha256(try #require(bucket.stored.objects["fleet/" + name]).bytes).hex))
    }

    @Test("Parts of another size, or beyond the last, aren't taken for those of this file")
    func foreignParts() throws {
        let repository = try TemporaryRepository(size: 1050), bucket = TestBucket()
        let name = try #require(try FileSystem.files(in: repository.path, below: "targets").first)
        bucket.change { stored in
            stored.uploads["fleet/" + name] = ([:], [1: [0], 2: .init(repeating: 0, count: 299), 9: [0]])
        }
        let result = try BucketMirror(bucket.client(partBytes: 300)).run(repository.path)
        #expect(result.present.bytes == 0)
        let list = try #require(bucket.server.requests.last { $0.method == "POST" })
        #expect(String(decoding: list.body, as: UTF8.self).components(separatedBy: "<Part>").count == 5)
    }

    @Test("Any number of bytes goes into at most 10,000 parts", arguments: [1, 300, 3_000_000, 3_000_001, 5 << 40])
    func partCount(bytes: Int) throws {
        let ranges = try TestBucket().client(partBytes: 300).parts(of: bytes)
        #expect(ranges.count <= 10_000)
        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == bytes)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }

    @Test("A target that isn't what its name says goes nowhere")
    func damaged() throws {
        let repository = try TemporaryRepository(), bucket = TestBucket()
        let path = try repository.write(target: "home/1.1.0/index.json", [1, 2, 3])
        try repository.write(path, [1, 2, 4])
        let expected = Digest.sha256([1, 2, 3]), found = Digest.sha256([1, 2, 4])
        #expect(
            throws: BucketError.damaged(path: repository.path + "/" + path, expected: expected, found: found)
        ) { try BucketMirror(bucket.client()).run(repository.path) }
        #expect(bucket.stored.objects["fleet/" + path] == nil)
        #expect(bucket.stored.objects["fleet/metadata/timestamp.json"] == nil)
    }
}
