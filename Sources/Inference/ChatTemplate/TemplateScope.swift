/// Names and their values; what isn't here is looked for outside. Macros keep the scope that they were written in.
final class TemplateScope {
    var values: [String: TemplateValue]
    private let outer: TemplateScope?

    init(_ values: [String: TemplateValue], outer: TemplateScope?) {
        self.values = values
        self.outer = outer
    }

    func value(of name: String) -> TemplateValue? {
        var scope: TemplateScope? = self
        while let current = scope {
            if let value = current.values[name] { return value }
            scope = current.outer
        }
        return nil
    }
}
