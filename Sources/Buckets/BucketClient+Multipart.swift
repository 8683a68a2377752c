import Files
import Signatures
import Transport

/// Large objects, uploaded in parts; an upload that stopped is gone on with.
extension BucketClient {
    private static let partLimit = 10_000

    /// Uploads a large file in parts; those that an earlier run has sent under that name aren't sent again.
    ///
    /// Names of large files say what is in them. An upload whose parts aren't ours, from the first one on, is somebody
    /// else's: another one begins. `digest` is the file's, and stands beside the object.
    ///
    /// `sent` is told the bytes of each part, and whether they were sent now.
    func putInParts(
        _ file: MappedFile, _ digest: Digest, at path: String, headers: [String],
        sent: (_ bytes: Int, _ isNow: Bool) -> Void
    ) throws {
        let ranges = parts(of: file.count)
        let unfinished = try unfinishedUpload(of: path).flatMap { upload in
            let isOurs = upload.parts.allSatisfy { number, part in
                number <= upload.parts.count && number <= ranges.count && ranges[number - 1].count == part.bytes
            }
            return isOurs ? upload : nil
        }
        let upload = try unfinished?.id ?? begin(path, headers + [Self.metadata(digest)])
        var tags = (unfinished?.parts ?? [:]).mapValues(\.tag)
        for (number, range) in zip(1..., ranges) {
            if tags[number] == nil {
                let request = Request(
                    method: "PUT", path: path, query: [("partNumber", "\(number)"), ("uploadId", upload)],
                    body: .file(file, range))
                guard let tag = try exchange(request).0["etag"] else { throw unexpected(request, "no ETag") }
                tags[number] = tag
                sent(range.count, true)
            } else {
                sent(range.count, false)
            }
        }
        let list = tags.sorted { $0.key < $1.key }.map { number, tag in
            "<Part><PartNumber>\(number)</PartNumber><ETag>\(Self.escaped(tag))</ETag></Part>"
        }
        let text = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
        do {
            _ = try document(
                "CompleteMultipartUpload",
                Request(method: "POST", path: path, query: [("uploadId", upload)], body: .bytes(Array(text.utf8))))
        } catch BucketError.refused(let address, let refusal) where refusal.status == 404 {
            // There is no such upload once it is complete, and the answer that said so may have been lost.
            guard let object = try object(at: path), object == (digest, file.count) else {
                throw BucketError.refused(address: address, refusal)
            }
        }
    }

    /// Equal parts, but for the last: the same ones for every file of that size.
    func parts(of count: Int) -> [Range<Int>] {
        let mebibyte = 1 << 20
        let least = (count - 1) / (Self.partLimit * mebibyte) * mebibyte + mebibyte
        let size = count > partBytes * Self.partLimit ? least : partBytes
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }

    private func begin(_ path: String, _ headers: [String]) throws -> String {
        let request = Request(method: "POST", path: path, query: [("uploads", "")], headers: headers)
        guard let upload = try document("InitiateMultipartUpload", request)["UploadId"], !upload.isEmpty else {
            throw unexpected(request, "no UploadId")
        }
        return upload
    }

    /// What an earlier run has begun; nil for nothing, and for those who may not look, or where nobody can.
    private func unfinishedUpload(of path: String) throws -> (id: String, parts: [Int: Part])? {
        let name = address.prefix + path
        let request = Request(query: [("prefix", name), ("uploads", "")])
        do {
            let list = try document("ListMultipartUploads", request, limit: Self.listLimit)
            guard let id = list.all("Upload").first(where: { $0["Key"] == name })?["UploadId"] else { return nil }
            return (id, try parts(of: id, at: path))
        } catch BucketError.refused(_, let refusal) where [403, 404, 501].contains(refusal.status) {
            return nil
        }
    }

    private typealias Part = (tag: String, bytes: Int)

    /// The parts that an upload has, by their numbers.
    private func parts(of upload: String, at path: String) throws -> [Int: Part] {
        var parts: [Int: Part] = [:]
        var last = 0
        while true {
            let request = Request(path: path, query: [("part-number-marker", "\(last)"), ("uploadId", upload)])
            let page = try document("ListParts", request, limit: Self.listLimit)
            for part in page.all("Part") {
                guard let number = part["PartNumber"].flatMap({ Int($0) }), number > last, number <= Self.partLimit,
                    let bytes = part["Size"].flatMap({ Int($0) }), let tag = part["ETag"]
                else { throw unexpected(request, "parts without numbers, sizes or tags") }
                parts[number] = (tag, bytes)
                last = number
            }
            if page["IsTruncated"] != "true" { return parts }
            guard !page.all("Part").isEmpty else { throw unexpected(request, "a list without an end") }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
    }
}
