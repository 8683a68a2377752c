import Files
import Testing

@testable import Inference

/// Small templates, one or more for each feature of Jinja, and what Python's jinja2 3.1.6 makes of them.
struct TemplateFeatures: Sendable {
    struct Case: Sendable, CustomTestStringConvertible {
        let template: String
        let expected: String

        var testDescription: String { template.debugDescription }
    }

    static let shared = TemplateFeatures()

    let rendered: [Case]
    let refused: [String]
    let input: ChatInput

    private init() {
        let folder = FileSystem.parent(of: FileSystem.parent(of: FileSystem.parent(of: #filePath)))
        let bytes = (try? FileSystem.read(folder + "/Fixtures/templates/features.json")) ?? []
        let fixture = Self.members((try? TemplateValue(json: bytes)) ?? .none)
        rendered = Self.elements(fixture["rendered"]).map { test in
            let test = Self.members(test)
            return Case(template: test["template"]?.text ?? "", expected: test["expected"]?.text ?? "")
        }
        refused = Self.elements(fixture["refused"]).compactMap(\.text)
        var input = ChatInput([])
        input.variables = fixture["variables"]?.variables ?? []
        input.now = TemplateTime("2025-03-07T14:05:09")
        self.input = input
    }

    private static func members(_ value: TemplateValue) -> [String: TemplateValue] {
        Dictionary(value.variables.map { ($0.name, $0.value) }) { _, last in last }
    }

    private static func elements(_ value: TemplateValue?) -> [TemplateValue] {
        if case .sequence(let sequence) = value { return sequence.values }
        return []
    }
}
