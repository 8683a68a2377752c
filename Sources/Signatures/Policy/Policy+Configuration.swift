import Configuration

extension Policy {
    /// Reads the YAML that people write, or the JSON of `encoded`: `version threshold keys[{name pem}] roots[] required[]`.
    package init(parsing text: String, file: String) throws(ConfigurationError) {
        let document = try YAMLDocument(parsing: text, file: file)
        var map = try document.root.mapping()
        let version = try map.optional("version")?.integer(in: 1...Int(Int32.max)) ?? 1
        let threshold = try map.required("threshold")
        var keys: [Key] = []
        for node in try map.required("keys").list() { keys.append(try Key(node)) }
        let required = map.optional("required")
        var roots: [Certificate] = []
        for node in try map.optional("roots")?.list() ?? [] { roots.append(try Certificate(node)) }
        try map.finish()
        let count = try threshold.integer(), names = try required?.strings() ?? []
        do {
            try self.init(version: version, threshold: count, keys: keys, roots: roots, required: names)
        } catch .malformedPolicy(.threshold) {
            throw threshold.invalid(expected: "an integer from 1 to the number of keys, \(keys.count)")
        } catch .malformedPolicy(.unknownRequired(let name)) {
            throw (required ?? document.root).error(.invalid(value: name, expected: "the name of a key"))
        } catch .malformedPolicy(.repeatedName(let name)) {
            throw document.root.error(.invalid(value: name, expected: "a name for each key"))
        } catch .malformedPolicy(.repeatedKey(let name)) {
            throw document.root.error(.invalid(value: name, expected: "each key only once"))
        } catch .malformedPolicy(.repeatedRoot(let subject)) {
            throw document.root.error(.invalid(value: subject, expected: "each root only once"))
        } catch .malformedPolicy(.keyNotForModels(let name)) {
            throw document.root.error(.invalid(value: name, expected: "P-256, P-384 or P-521 keys"))
        } catch {
            throw document.root.error(.invalid(value: "\(error)", expected: "a policy"))
        }
    }

    /// The policy as JSON, which `init(parsing:file:)` reads back.
    package var encoded: [UInt8] {
        let keys = keys.map { key -> JSONValue in ["name": .string(key.name), "pem": .string(key.key.pem)] }
        var json: JSONValue = [
            "version": .integer(version), "threshold": .integer(threshold), "keys": .array(keys),
            "required": .array(required.map(JSONValue.string)),
        ]
        if !roots.isEmpty { json["roots"] = .array(roots.map { .string($0.pem) }) }
        return json.encoded
    }
}

extension Policy.Key {
    fileprivate init(_ node: YAMLNode) throws(ConfigurationError) {
        var map = try node.mapping()
        name = try map.required("name").string()
        let pem = try map.required("pem")
        do {
            key = try PublicKey(pem: try pem.string())
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw pem.error(.invalid(value: "pem", expected: "the text of a PEM public key, P-256, P-384 or P-521"))
        }
        try map.finish()
    }
}

extension Certificate {
    fileprivate init(_ node: YAMLNode) throws(ConfigurationError) {
        let text = try node.string()
        guard let certificates = try? Certificate.reading(pem: text), certificates.count == 1 else {
            throw node.error(.invalid(value: "root", expected: "the text of one PEM certificate"))
        }
        self = certificates[0]
    }
}
