/// A JSON value, strictly read: members in their order, none twice, whole numbers apart from others.
///
/// Foundation's reader keeps neither the order nor the place of a mistake, and takes a name twice.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Object)

    /// Members in the order of the text.
    package struct Object: Sendable, Equatable {
        package let members: [Member]
        private let positions: [ExactName: Int]

        init(members: [Member], positions: [ExactName: Int]) {
            self.members = members
            self.positions = positions
        }

        package subscript(name: String) -> JSON? { positions[ExactName(text: name)].map { members[$0].value } }
    }

    /// A name by its bytes: Swift's strings take two spellings of one character for equal, and vocabularies have both.
    struct ExactName: Hashable {
        let text: String

        static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSON
    }

    /// A member of an object; nil if this is none, or has no such member.
    package subscript(name: String) -> JSON? { object?[name] }

    package var object: Object? { if case .object(let object) = self { object } else { nil } }
    package var array: [JSON]? { if case .array(let array) = self { array } else { nil } }
    package var string: String? { if case .string(let string) = self { string } else { nil } }
    package var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
    package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    package var isNull: Bool { self == .null }

    /// A number, whole or not.
    package var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}
