/// The filters that compare values with each other.
extension TemplateRenderer {
    mutating func arrange(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let position = arguments.position
        switch filter {
        case .sort:
            let values = try arguments.bind("reverse", "case_sensitive", "attribute")
            let keyed = try keyed(value, by: values[2], isSensitive: values[1]?.isTrue ?? false, arguments)
            return .list(try sorted(keyed, reversed: values[0]?.isTrue ?? false, "sort", position))
        case .dictsort: return try dictsort(value, arguments)
        case .groupby: return try group(value, arguments)
        default: break
        }
        let values = try arguments.bind("case_sensitive", "attribute")
        let keyed = try keyed(value, by: values[1], isSensitive: values[0]?.isTrue ?? false, arguments)
        if filter == .unique {
            var seen = TemplateMapping()
            var kept: [TemplateValue] = []
            for (key, value) in keyed where seen[try hashable(key, position)] == nil {
                seen[key] = TemplateValue.none
                kept.append(value)
            }
            return make(.iterator(TemplateIterator(values: kept[...], failure: nil)), .iterator)
        }
        guard var best = keyed.first else { return .undefined("\(filter.rawValue) of nothing") }
        for next in keyed.dropFirst() {
            let order = try order(next.key, best.key, filter.rawValue, position)
            if filter == .max ? order > 0 : order < 0 { best = next }
        }
        return best.value
    }

    /// The values and what they are compared by: themselves or an attribute, without case.
    private mutating func keyed(
        _ value: TemplateValue, by attribute: TemplateValue?, isSensitive: Bool, missing: TemplateValue? = nil,
        _ arguments: Arguments
    ) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
        var paths: [[TemplateValue]] = []
        if let names = attribute?.text, names.contains(",") {
            for name in names.split(separator: ",", omittingEmptySubsequences: false) {
                paths.append(try path(.string(String(name)), arguments) ?? [])
            }
        } else if let path = try path(attribute, arguments) {
            paths = [path]
        }
        var keyed: [(key: TemplateValue, value: TemplateValue)] = []
        for item in try items(of: value, arguments.position) {
            var keys: [TemplateValue] = []
            for path in paths {
                let key = try follow(path, from: item, missing: missing, arguments.position)
                keys.append(isSensitive ? key : key.lowercase)
            }
            let own = isSensitive ? item : item.lowercase
            keyed.append((paths.isEmpty ? own : keys.count == 1 ? keys[0] : .list(keys), item))
        }
        return keyed
    }

    private mutating func dictsort(
        _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("case_sensitive", "by", "reverse")
        let by = try arguments.text(values[1], "key")
        guard by == "key" || by == "value" else { throw arguments.wrong }
        guard case .mapping(let mapping) = value else { throw arguments.wrongType(value) }
        let isSensitive = values[0]?.isTrue ?? false
        let keyed = mapping.entries.map { entry in
            let key = by == "key" ? entry.key : entry.value
            return (key: isSensitive ? key : key.lowercase, value: TemplateValue.tuple([entry.key, entry.value]))
        }
        return .list(try sorted(keyed, reversed: values[2]?.isTrue ?? false, "dictsort", arguments.position))
    }

    private mutating func group(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("attribute", "default", "case_sensitive", required: 1)
        let isSensitive = values[2]?.isTrue ?? false
        let position = arguments.position
        let keyed = try keyed(value, by: values[0], isSensitive: isSensitive, missing: values[1], arguments)
        let path = try path(values[0], arguments) ?? []
        let pairs = keyed.map { (key: $0.key, value: TemplateValue.tuple([$0.key, $0.value])) }
        var groups: [(key: TemplateValue, members: [TemplateValue])] = []
        for pair in try sorted(pairs, reversed: false, "groupby", position) {
            guard case .sequence(let pair) = pair, pair.values.count == 2 else { continue }
            if let last = groups.last, try equal(last.key, pair.values[0], position) {
                groups[groups.count - 1].members.append(pair.values[1])
            } else {
                groups.append((pair.values[0], [pair.values[1]]))
            }
        }
        var result: [TemplateValue] = []
        for group in groups {
            // The name of a group is its first member's, with its case.
            var name = group.key
            if !isSensitive, let first = group.members.first {
                name = try follow(path, from: first, missing: values[1], position)
            }
            result.append(.tuple([name, .list(group.members)]))
        }
        return .list(result)
    }
}

extension TemplateValue {
    fileprivate var lowercase: TemplateValue { text.map { .string($0.lowercased()) } ?? self }
}
