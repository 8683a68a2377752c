/// What Python's string methods ask of a text.
extension String {
    func begins(with part: String, fromEnd: Bool) -> Bool {
        fromEnd ? utf8.reversed().starts(with: part.utf8.reversed()) : utf8.starts(with: part.utf8)
    }

    func removing(_ part: String, fromEnd: Bool) -> String {
        guard !part.isEmpty, begins(with: part, fromEnd: fromEnd) else { return self }
        let count = part.unicodeScalars.count
        return String(fromEnd ? unicodeScalars.dropLast(count) : unicodeScalars.dropFirst(count))
    }

    func changed(_ method: TemplateTextMethod) -> String {
        switch method {
        case .upper: uppercased()
        case .lower: lowercased()
        case .casefold: lowercased().parts(separatedBy: "ß").joined(separator: "ss")
        case .capitalize: capitalizedFirst
        case .swapcase:
            unicodeScalars.map { scalar in
                scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
            }.joined()
        default: titled
        }
    }

    var capitalizedFirst: String {
        guard let first = unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).lowercased()
    }

    /// Python's `str.title`.
    private var titled: String {
        var text = ""
        var isInside = false
        for scalar in unicodeScalars {
            text += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            isInside = scalar.properties.isCased
        }
        return text
    }

    func satisfies(_ method: TemplateTextMethod) -> Bool {
        let scalars = unicodeScalars
        switch method {
        case .isascii: return scalars.allSatisfy(\.isASCII)
        case .isprintable: return scalars.allSatisfy(\.isPythonPrintable)
        case .islower, .isupper:
            let cased = scalars.filter(\.properties.isCased)
            return !cased.isEmpty
                && cased.allSatisfy { method == .islower ? $0.properties.isLowercase : $0.properties.isUppercase }
        case .istitle: return scalars.contains(where: \.properties.isCased) && titled.isSame(as: self)
        case .isidentifier:
            guard let first = scalars.first else { return false }
            return (first == "_" || first.properties.isXIDStart) && scalars.allSatisfy(\.properties.isXIDContinue)
        case .isspace: return !scalars.isEmpty && scalars.allSatisfy(\.isPythonSpace)
        default: return !scalars.isEmpty && scalars.allSatisfy { $0.satisfies(method) }
        }
    }

    func padded(to width: Int, _ method: TemplateTextMethod, _ fill: String) -> String {
        let count = unicodeScalars.count
        guard count < width else { return self }
        let missing = width - count
        func filled(_ count: Int) -> String { String(repeating: fill, count: count) }
        switch method {
        case .ljust: return self + filled(missing)
        case .rjust: return filled(missing) + self
        case .zfill:
            let hasSign = utf8.first == UInt8(ascii: "-") || utf8.first == UInt8(ascii: "+")
            return (hasSign ? String(prefix(1)) : "") + String(repeating: "0", count: missing)
                + (hasSign ? String(dropFirst()) : self)
        default:
            // Python puts the odd one to the left where the width is odd.
            let left = missing / 2 + (missing & width & 1)
            return filled(left) + self + filled(missing - left)
        }
    }
}

extension Unicode.Scalar {
    fileprivate func satisfies(_ method: TemplateTextMethod) -> Bool {
        let isLetter: Bool
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: isLetter = true
        default: isLetter = false
        }
        switch method {
        case .isalpha: return isLetter
        case .isalnum: return isLetter || properties.numericType != nil
        case .isdecimal: return properties.numericType == .decimal
        case .isdigit: return properties.numericType == .decimal || properties.numericType == .digit
        default: return properties.numericType != nil
        }
    }
}

/// A part of a text, as the `start` and `end` of Python's methods give it.
struct TextWindow {
    let text: String
    private let start: Int
    /// Whether `start` is not past the end.
    let isWithin: Bool

    init(_ text: String) {
        self.text = text
        start = 0
        isWithin = true
    }

    init(_ text: String, from: Int, to: Int) {
        let scalars = Array(text.unicodeScalars)
        let first = from < 0 ? max(from < -scalars.count ? 0 : from + scalars.count, 0) : from
        let end = to < 0 ? max(to < -scalars.count ? 0 : to + scalars.count, 0) : min(to, scalars.count)
        start = first
        isWithin = first <= end
        self.text = first <= end ? String(scalars[first..<end]) : ""
    }

    /// In scalars of the whole text.
    func place(of part: String, last: Bool) -> Int? {
        guard isWithin else { return nil }
        if part.isEmpty { return start + (last ? text.unicodeScalars.count : 0) }
        // The last place is found from the end, since places may overlap.
        let searched = last ? String(text.unicodeScalars.reversed()) : text
        let wanted = last ? String(part.unicodeScalars.reversed()) : part
        guard let place = searched.places(of: wanted).first else { return nil }
        let offset = last ? place.upperBound : place.lowerBound
        let scalars = searched.utf8.prefix(offset).count { $0 & 0xC0 != 0x80 }
        return start + (last ? text.unicodeScalars.count - scalars : scalars)
    }
}
