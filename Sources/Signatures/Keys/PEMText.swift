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
}
