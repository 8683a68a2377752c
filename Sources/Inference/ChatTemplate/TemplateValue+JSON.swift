import JSONText

extension TemplateValue {
    /// Reads a JSON text: order is kept, `1` and `1.0` differ.
    package init(json bytes: [UInt8]) throws(JSONError) { self.init(try JSON(parsing: bytes)) }

    private init(_ json: JSON) {
        switch json {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .float(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map(Self.init))
        case .object(let object):
            var mapping = TemplateMapping()
            for member in object.members { mapping[.string(member.name)] = Self(member.value) }
            self = .mapping(mapping)
        }
    }
}
