import FoundationEssentials

/// The text form of DER (RFC 7468).
enum PEMText {
    /// Lines of 64 characters, and a final newline.
    static func write(_ der: [UInt8], as label: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Substring(Data(der).base64EncodedString())
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }

    /// The DER of text that is as `write` has it, to the byte; nil for any other.
    static func read(_ text: String, as label: String) -> [UInt8]? {
        let lines = text.split(separator: "\n").dropFirst().dropLast()
        guard let data = Data(base64Encoded: lines.joined()) else { return nil }
        let der = Array(data)
        return write(der, as: label).utf8.elementsEqual(text.utf8) ? der : nil
    }
}
