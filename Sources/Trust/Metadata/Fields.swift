import Signatures

/// A cursor over one object of a role's metadata; what is not as the specification says names the role and the field.
struct Fields {
    let role: String
    let object: [String: JSONValue]

    init(_ value: JSONValue?, role: String, field: String) throws(TrustError) {
        guard let object = value?.object else { throw .malformed(role: role, field: field) }
        self.role = role
        self.object = object
    }

    func string(_ field: String) throws(TrustError) -> String {
        try some(object[field]?.string, field)
    }

    /// A number that is at least `minimum`.
    func integer(_ field: String, from minimum: Int) throws(TrustError) -> Int {
        let number = try some(object[field]?.integer, field)
        guard number >= minimum else { throw .malformed(role: role, field: field) }
        return number
    }

    func fields(_ field: String) throws(TrustError) -> Fields {
        try Fields(object[field], role: role, field: field)
    }

    func array(_ field: String) throws(TrustError) -> [JSONValue] {
        try some(object[field]?.array, field)
    }

    func strings(_ field: String) throws(TrustError) -> [String] {
        var texts: [String] = []
        for element in try array(field) { texts.append(try some(element.string, field)) }
        return texts
    }

    /// Each member as an object.
    func entries() throws(TrustError) -> [(name: String, fields: Fields)] {
        var entries: [(name: String, fields: Fields)] = []
        for (name, value) in object { entries.append((name, try Fields(value, role: role, field: name))) }
        return entries
    }

    func some<Value>(_ value: Value?, _ field: String) throws(TrustError) -> Value {
        guard let value else { throw .malformed(role: role, field: field) }
        return value
    }
}
