/// What an OMS signature says: these files make up this model (in-toto Statement v1, OMS predicate v1.0).
struct Statement: Hashable, Sendable {
    var subject: String
    var resources: [ModelSignature.Resource]
    var ignoredPaths: [String]

    static let payloadType = "application/vnd.in-toto+json"
    private static let type = "https://in-toto.io/Statement/v1"
    private static let predicateType = "https://model_signing/signature/v1.0"

    /// The subject's digest: SHA-256 over the raw digests in listed order.
    private var root: Digest {
        var stream = DigestStream()
        for resource in resources { stream.update(resource.digest.bytes) }
        return stream.finish()
    }

    /// The statement as this project writes it.
    var payload: [UInt8] {
        let resources = resources.map { resource -> JSONValue in
            ["algorithm": "sha256", "digest": .string(resource.digest.hex), "name": .string(resource.name)]
        }
        let serialization: JSONValue = [
            "method": "files", "hash_type": "sha256", "allow_symlinks": false,
            "ignore_paths": .array(ignoredPaths.map(JSONValue.string)),
        ]
        let statement: JSONValue = [
            "_type": .string(Self.type),
            "subject": [["name": .string(subject), "digest": ["sha256": .string(root.hex)]]],
            "predicateType": .string(Self.predicateType),
            "predicate": ["serialization": serialization, "resources": .array(resources)],
        ]
        return statement.encoded
    }

    init(subject: String, resources: [ModelSignature.Resource], ignoredPaths: [String]) {
        self.subject = subject
        self.resources = resources
        self.ignoredPaths = ignoredPaths
    }

    /// Reads a statement, whoever wrote it; the digests must agree with the subject's, and no name may come twice.
    init(parsing payload: [UInt8]) throws(SignatureError) {
        let json = try JSONValue(parsing: payload)
        try Self.expect(json["_type"] == .string(Self.type), "_type")
        try Self.expect(json["predicateType"] == .string(Self.predicateType), "predicateType")
        let predicate = json["predicate"], serialization = predicate?["serialization"]
        try Self.expect(serialization?["method"] == "files", "method")
        try Self.expect(serialization?["hash_type"] == "sha256", "hash_type")
        try Self.expect(serialization?["allow_symlinks"] ?? false == false, "allow_symlinks")
        ignoredPaths = []
        for path in serialization?["ignore_paths"]?.array ?? [] {
            ignoredPaths.append(try Self.some(path.string, "ignore_paths"))
        }
        resources = []
        var names: Set<[UInt8]> = []
        for resource in try Self.some(predicate?["resources"]?.array, "resources") {
            try Self.expect(resource["algorithm"] == "sha256", "algorithm")
            let name = try Self.some(resource["name"]?.string, "name")
            try Self.expect(names.insert(Array(name.utf8)).inserted, "name")
            let digest = try Self.some(resource["digest"]?.string.flatMap(Digest.init(hex:)), "digest")
            resources.append(.init(name: name, digest: digest))
        }
        let subjects = try Self.some(json["subject"]?.array, "subject")
        try Self.expect(subjects.count == 1, "subject")
        subject = try Self.some(subjects[0]["name"]?.string, "subject")
        try Self.expect(subjects[0]["digest"]?["sha256"] == .string(root.hex), "subject digest")
    }

    private static func expect(_ condition: Bool, _ field: String) throws(SignatureError) {
        guard condition else { throw .malformedSignature(field: field) }
    }

    private static func some<Value>(_ value: Value?, _ field: String) throws(SignatureError) -> Value {
        guard let value else { throw .malformedSignature(field: field) }
        return value
    }
}
