/// The methods of Python's strings.
enum TemplateTextMethod: String {
    case capitalize, casefold, center, count, endswith, expandtabs, find, format, index, isalnum, isalpha, isascii
    case isdecimal, isdigit, isidentifier, islower, isnumeric, isprintable, isspace, istitle, isupper, join, ljust,
        lower
    case lstrip, partition, removeprefix, removesuffix, replace, rfind, rindex, rjust, rpartition, rsplit, rstrip, split
    case splitlines, startswith, strip, swapcase, title, upper, zfill
}

extension TemplateRenderer {
    mutating func call(
        _ method: TemplateTextMethod, of value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let text = value.text ?? ""
        try charge(text.utf8.count, arguments.position)
        let result = try call(method, text, value, arguments)
        guard value.isMarkup else { return result }
        switch result {
        case .string(let text): return .markup(text)
        case .sequence(let sequence):
            return .sequence(TemplateSequence(sequence.values.map { .markup($0.text ?? "") }, sequence.kind))
        default: return result
        }
    }

    private mutating func call(
        _ method: TemplateTextMethod, _ text: String, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        switch method {
        case .strip, .lstrip, .rstrip:
            let characters = try arguments.text(ifGiven: try arguments.bind("chars")[0])
            return .string(text.trimmed(left: method != .rstrip, right: method != .lstrip, of: characters))
        case .split, .rsplit: return try split(text, fromEnd: method == .rsplit, arguments)
        case .splitlines:
            return .list(
                text.lines(keepingEnds: try arguments.bind("keepends")[0]?.isTrue ?? false).map { .string($0) })
        case .partition, .rpartition: return try partition(text, fromEnd: method == .rpartition, arguments)
        case .join:
            let values = try items(of: try arguments.bind("iterable", required: 1)[0] ?? .none, arguments.position)
            for value in values { _ = try arguments.text(value) }
            return try join(values, with: value, arguments.position)
        case .replace:
            let values = try arguments.bind("old", "new", "count", required: 2)
            return .string(
                try replace(
                    text, try arguments.text(values[0]), with: try arguments.text(values[1]),
                    atMost: try arguments.integer(values[2], -1), arguments.position))
        case .removeprefix, .removesuffix:
            let part = try arguments.text(try arguments.bind("part", required: 1)[0])
            return .string(text.removing(part, fromEnd: method == .removesuffix))
        case .startswith, .endswith, .find, .rfind, .index, .rindex, .count: return try search(method, text, arguments)
        case .center, .ljust, .rjust, .zfill, .expandtabs: return try pad(method, text, arguments)
        case .format:
            return .string(try BraceFormat.format(text, arguments, &self))
        case .capitalize, .casefold, .lower, .swapcase, .title, .upper:
            _ = try arguments.bind()
            return .string(text.changed(method))
        default:
            _ = try arguments.bind()
            return .bool(text.satisfies(method))
        }
    }

    private func split(_ text: String, fromEnd: Bool, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("sep", "maxsplit")
        let limit = try arguments.integer(values[1], -1)
        let splits = limit < 0 ? Int.max : limit
        let parts: [String]
        if let separator = try arguments.text(ifGiven: values[0]) {
            guard !separator.isEmpty else { throw arguments.wrong }
            parts =
                fromEnd
                ? text.partsFromEnd(separatedBy: separator, atMost: splits)
                : text.parts(separatedBy: separator, atMost: splits)
        } else if fromEnd {
            let backwards = String(text.unicodeScalars.reversed()).words(atMost: splits)
            parts = backwards.reversed().map { String($0.unicodeScalars.reversed()) }
        } else {
            parts = text.words(atMost: splits)
        }
        return .list(parts.map { .string($0) })
    }

    private func partition(
        _ text: String, fromEnd: Bool, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let separator = try arguments.text(try arguments.bind("sep", required: 1)[0])
        guard !separator.isEmpty else { throw arguments.wrong }
        let parts =
            fromEnd
            ? text.partsFromEnd(separatedBy: separator, atMost: 1) : text.parts(separatedBy: separator, atMost: 1)
        let found = parts.count == 2
        let whole = fromEnd ? ["", "", text] : [text, "", ""]
        return .tuple((found ? [parts[0], separator, parts[1]] : whole).map { .string($0) })
    }

    mutating func replace(
        _ text: String, _ old: String, with new: String, atMost limit: Int, _ position: TemplatePosition
    ) throws(TemplateError) -> String {
        try charge(text.utf8.count + old.utf8.count, position)
        let most = limit < 0 ? Int.max : limit
        let count = min(text.count(of: old), most)
        try reserve(new.utf8.count, times: count, position)
        if !old.isEmpty { return text.parts(separatedBy: old, atMost: most).joined(separator: new) }
        var result = ""
        var left = count
        for scalar in text.unicodeScalars {
            if left > 0 { result += new }
            left -= 1
            result.unicodeScalars.append(scalar)
        }
        return left > 0 ? result + new : result
    }

    private func search(
        _ method: TemplateTextMethod, _ text: String, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("part", "start", "end", required: 1)
        let part = values[0] ?? .none
        let start = try bound(values[1], 0, arguments)
        let end = try bound(values[2], .max, arguments)
        let window = start == 0 && end == .max ? TextWindow(text) : TextWindow(text, from: start, to: end)
        if method == .startswith || method == .endswith {
            let parts: [TemplateValue]
            if case .sequence(let sequence) = part, sequence.kind == .tuple {
                parts = sequence.values
            } else {
                parts = [part]
            }
            for part in parts {
                let part = try arguments.text(part)
                if window.isWithin, window.text.begins(with: part, fromEnd: method == .endswith) { return .bool(true) }
            }
            return .bool(false)
        }
        let wanted = try arguments.text(part)
        if method == .count { return .integer(window.isWithin ? window.text.count(of: wanted) : 0) }
        let place = window.place(of: wanted, last: method == .rfind || method == .rindex)
        if place == nil, method == .index || method == .rindex { throw arguments.wrong }
        return .integer(place ?? -1)
    }

    private func bound(
        _ value: TemplateValue?, _ missing: Int, _ arguments: Arguments
    ) throws(TemplateError) -> Int {
        if case .some(.none) = value { return missing }
        return try arguments.integer(value, missing)
    }

    private mutating func pad(
        _ method: TemplateTextMethod, _ text: String, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("width", "fill")
        if values[0] == nil, method != .expandtabs { throw arguments.wrong }
        let width = try arguments.integer(values[0], 8)
        let fill = try arguments.text(values[1], " ")
        guard fill.unicodeScalars.count == 1 else { throw arguments.wrong }
        if method == .expandtabs { return .string(try expand(text, width, arguments)) }
        try reserve(4, times: width, arguments.position)
        return .string(text.padded(to: width, method, fill))
    }

    private mutating func expand(_ text: String, _ width: Int, _ arguments: Arguments) throws(TemplateError) -> String {
        guard width < TemplateLimit.text else { throw limit("bytes of text", TemplateLimit.text, arguments.position) }
        try reserve(max(width, 1), times: text.count(of: "\t"), arguments.position)
        var result = ""
        var column = 0
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                let spaces = width > 0 ? width - column % width : 0
                result += String(repeating: " ", count: spaces)
                column += spaces
            } else {
                result.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return result
    }
}
