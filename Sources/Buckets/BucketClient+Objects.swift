import Signatures
import Transport

extension BucketClient {
    /// More than this many objects are nobody's repository.
    private static let objectLimit = 1_000_000

    /// The objects whose names begin with `path`, from the prefix on, and their sizes in bytes.
    func objects(below path: String) throws -> [String: Int] {
        var objects: [String: Int] = [:]
        var last: String?
        while true {
            var request = Request()
            request.query = [("list-type", "2"), ("prefix", address.prefix + path)]
            if let last { request.query.append(("start-after", last)) }
            let page = try document("ListBucket", request, limit: Self.listLimit)
            for object in page.all("Contents") {
                // Names come in the order of their bytes, so each is behind the last.
                guard let name = object["Key"], name.hasPrefix(address.prefix + path), last.map({ $0 < name }) ?? true,
                    let size = object["Size"].flatMap({ Int($0) })
                else { throw unexpected(request, "a list without names or sizes") }
                // Nobody's repository has them, and on their way they would come to mean another object.
                let parts = name.split(separator: "/", omittingEmptySubsequences: false)
                if !parts.contains(where: { ["", ".", ".."].contains($0) }) {
                    objects[String(name.dropFirst(address.prefix.count))] = size
                }
                last = name
            }
            guard page["IsTruncated"] == "true" else { return objects }
            guard !page.all("Contents").isEmpty, objects.count < Self.objectLimit else {
                throw unexpected(request, "a list without an end")
            }
        }
    }

    private static let digestHeader = "x-amz-meta-sha256"

    /// What is kept beside an object of ours: the digest of its bytes.
    static func metadata(_ digest: Digest) -> String { "\(digestHeader): \(digest.hex)" }

    /// The digest that an object was uploaded with, and its size; nil where there is no object, or none of ours.
    func object(at path: String) throws -> (digest: Digest, bytes: Int)? {
        let (response, _) = try exchange(Request(method: "HEAD", path: path), accepting: 404, limit: .max)
        guard let digest = response[Self.digestHeader].flatMap({ Digest(hex: $0) }),
            let bytes = response["content-length"].flatMap({ Int($0) })
        else { return nil }
        return (digest, bytes)
    }

    /// Makes an object, or replaces it: readers see the old one or the new. `digest` is the body's.
    func put(_ body: HTTPBody, _ digest: Digest, at path: String, headers: [String]) throws {
        _ = try exchange(
            Request(method: "PUT", path: path, headers: headers + [Self.metadata(digest)], body: body))
    }

    func delete(_ path: String) throws {
        _ = try exchange(Request(method: "DELETE", path: path), accepting: 404)
    }
}
