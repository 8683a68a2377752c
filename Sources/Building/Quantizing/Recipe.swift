import Tensors

/// Which type each tensor gets: the first rule that matches its name, or the default.
package struct Recipe: Sendable, Equatable {
    package struct Rule: Sendable, Equatable {
        package let pattern: Pattern
        package let type: ElementType

        package init(pattern: Pattern, type: ElementType) {
            self.pattern = pattern
            self.type = type
        }

        /// Reads `PATTERN=TYPE`.
        package init(parsing text: String) throws(BuildingError) {
            guard let equals = text.lastIndex(of: "="), equals != text.startIndex else { throw .rule(text) }
            let type = try ElementType(writable: String(text[text.index(after: equals)...]))
            self.init(pattern: Pattern(String(text[..<equals])), type: type)
        }
    }

    package let type: ElementType
    package let rules: [Rule]

    package init(type: ElementType, rules: [Rule] = []) {
        self.type = type
        self.rules = rules
    }

    /// The type that the recipe wants for a tensor of this name.
    func type(for name: String) -> ElementType { rules.first { $0.pattern.matches(name) }?.type ?? type }
}

extension ElementType {
    /// A type that can be written, by its name on the command line.
    package init(writable name: String) throws(BuildingError) {
        guard let type = ElementType(name: name), Codec.supports(type) else {
            throw .elementType(name, supported: Codec.types.map(\.name))
        }
        self = type
    }
}
