import Tensors

/// Which type each tensor gets: that of the first rule that matches its name, or the default.
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

    /// What tensors get that no rule names.
    package enum Default: Sendable, Equatable {
        case type(ElementType)
        case mix(Mix)

        /// A type or a mix, by its name on the command line and in manifests.
        package init(named name: String) throws(BuildingError) {
            if let mix = Mix(name: name) {
                self = .mix(mix)
            } else if let type = ElementType(name: name), Codec.supports(type) {
                self = .type(type)
            } else {
                throw .elementType(name, supported: Self.names)
            }
        }

        /// All names that can be read.
        package static let names = Codec.types.map(\.name) + Mix.allCases.map(\.name)

        package var name: String {
            switch self {
            case .type(let type): type.name
            case .mix(let mix): mix.name
            }
        }

        var mainType: ElementType {
            switch self {
            case .type(let type): type
            case .mix(let mix): mix.mainType
            }
        }

        var fileType: UInt32 {
            switch self {
            case .type(let type): type.fileType
            case .mix(let mix): mix.fileType
            }
        }
    }

    package let standard: Default
    package let rules: [Rule]

    package init(_ standard: Default, rules: [Rule] = []) {
        self.standard = standard
        self.rules = rules
    }

    package init(type: ElementType, rules: [Rule] = []) { self.init(.type(type), rules: rules) }

    /// The type that a rule gives to a tensor of this name.
    func ruled(_ name: String) -> ElementType? { rules.first { $0.pattern.matches(name) }?.type }
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
