/// Rows of cells in columns, the first one to the left, the others to the right.
struct TextTable {
    private var rows: [[String]]

    init(_ heads: [String]) { rows = [heads] }

    mutating func add(_ row: [String]) { rows.append(row) }

    func lines(_ paint: Paint = .none) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { number, row in
            let line = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
            return number == 0 ? paint(line, .strong) : String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The same as Markdown.
    var markdown: [String] {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let rule = "|" + rows[0].indices.map { $0 == 0 ? "---|" : "--:|" }.joined()
        return [line(rows[0]), rule] + rows.dropFirst().map { row in line(row.map(\.escapedForMarkdown)) }
    }
}

extension String {
    /// Text as Markdown shows it: nothing in it is markup, and it stays on its line.
    var escapedForMarkdown: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "&":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
