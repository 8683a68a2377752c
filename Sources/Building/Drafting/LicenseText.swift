/// Licences that are told by their first lines.
enum LicenseText {
    private static let titles: [(phrase: String, spdx: String)] = [
        ("apache license version 2.0", "Apache-2.0"), ("mit license", "MIT"),
        ("gnu affero general public license version 3", "AGPL-3.0-only"),
        ("gnu general public license version 3", "GPL-3.0-only"), ("bsd 3-clause license", "BSD-3-Clause"),
        ("creative commons attribution 4.0 international", "CC-BY-4.0"),
        ("creative commons attribution-sharealike 4.0", "CC-BY-SA-4.0"),
        ("creative commons attribution-noncommercial 4.0", "CC-BY-NC-4.0"), ("the unlicense", "Unlicense"),
    ]

    /// The names that a licence's text has in a model's folder.
    static let fileNames = ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING"]

    /// The SPDX identifier of a text; nil where it isn't known.
    static func identifier(of text: [UInt8]) -> String? {
        let start = String(decoding: text.prefix(600), as: UTF8.self).lowercased()
        let words = start.split { " \t\r\n,#*=".contains($0) }.joined(separator: " ")
        return titles.first { words.contains($0.phrase) }?.spdx
    }
}
