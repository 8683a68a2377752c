/// Jinja's filters.
enum TemplateFilter: String {
    case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape, first, float, forceescape
    case format, groupby, indent, int, items, join, last, length, list, lower, map, max, min, reject, rejectattr
    case replace, reverse, round, safe, select, selectattr, slice, sort, string, sum, title, tojson, trim, truncate
    case unique, upper, urlencode, wordcount
}

extension TemplateRenderer {
    mutating func filter(
        _ name: String, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        guard let filter = TemplateFilter(rawValue: name) else {
            throw TemplateError(position: arguments.position, problem: .unsupported("filter \(name)"))
        }
        switch filter {
        case .default, .d:
            let values = try arguments.bind("default_value", "boolean")
            let isMissing = value.isUndefined || (values[1]?.isTrue ?? false && !value.isTrue)
            return isMissing ? values[0] ?? .string("") : value
        case .abs, .float, .int, .round: return try number(filter, value, arguments)
        case .capitalize, .center, .e, .escape, .forceescape, .format, .indent, .lower, .replace, .safe, .string,
            .title,
            .trim, .truncate, .upper, .urlencode, .wordcount:
            return try text(filter, value, arguments)
        case .tojson: return try json(value, arguments)
        case .map, .select, .reject, .selectattr, .rejectattr: return try choose(filter, value, arguments)
        case .sort, .dictsort, .groupby, .max, .min, .unique: return try arrange(filter, value, arguments)
        default: return try list(filter, value, arguments)
        }
    }

    private func json(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("ensure_ascii", "indent", "separators", "sort_keys")
        var json = TemplateJSON(position: arguments.position)
        json.isASCII = values[0]?.isTrue ?? false
        json.sortsKeys = values[3]?.isTrue ?? false
        if let indent = values[1], indent.text != nil || indent.wholeNumber != nil {
            let width = indent.wholeNumber ?? 0
            guard width < 1000 else { throw limit("spaces of indent", 1000, arguments.position) }
            json.indent = indent.text ?? String(repeating: " ", count: Swift.max(width, 0))
            json.itemSeparator = ","
        }
        switch values[2] {
        case nil, .some(.none): break
        case .sequence(let separators) where separators.values.count == 2:
            json.itemSeparator = try arguments.text(separators.values[0])
            json.keySeparator = try arguments.text(separators.values[1])
        default: throw arguments.wrong
        }
        try json.write(value)
        return .string(json.text)
    }
}
