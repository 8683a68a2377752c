/// What `inspect` finds: one JSON object, or the same as text.
protocol Inspection: Encodable {
    var text: String { get }
}

/// `1 member`, `2 members`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// Rows whose columns line up; numbers stand to the right when `rightAligned` names their column.
func table(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        let cells = zip(row, widths).enumerated().map { column, cell in
            let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
            return rightAligned.contains(column) ? blanks + cell.0 : cell.0 + blanks
        }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
}
