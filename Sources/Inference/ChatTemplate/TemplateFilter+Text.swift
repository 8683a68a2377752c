extension TemplateRenderer {
    mutating func text(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let position = arguments.position
        let text = try TemplatePrinter.print(value, position)
        try charge(text.utf8.count, position)
        switch filter {
        case .trim:
            let characters = try arguments.text(ifGiven: try arguments.bind("chars")[0])
            return same(text.trimmed(of: characters), as: value)
        case .replace:
            let values = try arguments.bind("old", "new", "count", required: 2)
            let old = try TemplatePrinter.print(values[0] ?? .none, position)
            let new = try TemplatePrinter.print(values[1] ?? .none, position)
            let most = try count(values[2], arguments)
            return .string(try replace(text, old, with: new, atMost: most, position))
        case .format:
            guard arguments.positional.isEmpty || arguments.named.isEmpty else { throw arguments.wrong }
            var names = TemplateMapping()
            for (name, value) in arguments.named { names[.string(name)] = value }
            let operand = arguments.named.isEmpty ? TemplateValue.tuple(arguments.positional) : .mapping(names)
            return same(try PercentFormat.format(text, with: operand, position), as: value)
        case .indent: return same(try indent(text, arguments), as: value)
        case .truncate: return same(try truncate(text, arguments), as: value)
        case .center:
            let width = try arguments.integer(try arguments.bind("width")[0], 80)
            try reserve(1, times: width, position)
            return same(text.padded(to: width, .center, " "), as: value)
        default: break
        }
        _ = try arguments.bind()
        switch filter {
        case .upper: return same(text.uppercased(), as: value)
        case .lower: return same(text.lowercased(), as: value)
        case .capitalize: return same(text.capitalizedFirst, as: value)
        case .title: return .string(text.titledWords)
        case .safe: return .markup(text)
        case .e, .escape: return .markup(value.isMarkup ? text : text.escaped)
        case .forceescape: return .markup(text.escaped)
        case .urlencode:
            guard value.text != nil || value.number != nil else { throw arguments.wrongType(value) }
            return .string(text.percentEncoded)
        case .wordcount: return .integer(text.wordCount)
        default: return same(text, as: value)
        }
    }

    private func count(_ value: TemplateValue?, _ arguments: Arguments) throws(TemplateError) -> Int {
        if case .some(.none) = value { return -1 }
        return try arguments.integer(value, -1)
    }

    /// `text` as markup, if `value` is.
    private func same(_ text: String, as value: TemplateValue) -> TemplateValue {
        value.isMarkup ? .markup(text) : .string(text)
    }

    private mutating func indent(_ text: String, _ arguments: Arguments) throws(TemplateError) -> String {
        let values = try arguments.bind("width", "first", "blank")
        let isFirst = values[1]?.isTrue ?? false
        let isBlank = values[2]?.isTrue ?? false
        let indent: String
        if let text = values[0]?.text {
            indent = text
        } else {
            let width = try arguments.integer(values[0], 4)
            try reserve(1, times: width, arguments.position)
            indent = String(repeating: " ", count: max(width, 0))
        }
        let lines = (text + "\n").lines()
        try reserve(indent.utf8.count, times: lines.count, arguments.position)
        let indented = lines.enumerated().map { index, line in
            index > 0 && (isBlank || !line.isEmpty) ? indent + line : line
        }
        return (isFirst ? indent : "") + indented.joined(separator: "\n")
    }

    private func truncate(_ text: String, _ arguments: Arguments) throws(TemplateError) -> String {
        let values = try arguments.bind("length", "killwords", "end", "leeway")
        let length = try arguments.integer(values[0], 255)
        let end = try arguments.text(values[2], "...")
        let leeway = try arguments.integer(values[3], 5)
        guard length >= end.unicodeScalars.count, leeway >= 0 else { throw arguments.wrong }
        let scalars = text.unicodeScalars
        guard scalars.count > (length < .max - leeway ? length + leeway : .max) else { return text }
        let kept = scalars.prefix(length - end.unicodeScalars.count)
        if values[1]?.isTrue ?? false { return String(kept) + end }
        let word = kept.lastIndex(of: " ").map { kept[..<$0] } ?? kept
        return String(word) + end
    }
}

extension String {
    /// Jinja's `title`: words begin after a space, a hyphen or an opening bracket.
    fileprivate var titledWords: String {
        var text = ""
        var isInside = false
        for scalar in unicodeScalars {
            text += isInside ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
            isInside = !(scalar.isPythonSpace || ["-", "(", "{", "[", "<"].contains(scalar))
        }
        return text
    }

    fileprivate var wordCount: Int {
        var count = 0
        var isInside = false
        for scalar in unicodeScalars {
            let isWord = scalar == "_" || String(scalar).satisfies(.isalnum)
            if isWord, !isInside { count += 1 }
            isInside = isWord
        }
        return count
    }

    fileprivate var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            let letter = byte | 0x20
            let isKept =
                byte.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || "_.-~/".utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            text += isKept ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
        }
        return text
    }
}
