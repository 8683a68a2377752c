import Verifying

/// What `inspect` finds: one JSON object, or the same as text.
protocol Inspection: Encodable {
    /// `all` the tensors one by one, or layer by layer together.
    func text(all: Bool, _ paint: Paint) -> String
}

/// `1 member`, `2 members`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// Rows whose columns line up; numbers stand to the right when `rightAligned` names their column.
///
/// The first row, or the first column, may be names that `paint` sets off. Cells are shown as they are but for control
/// characters, which could tell a terminal what to do.
func table(
    _ rows: [[String]], rightAligned: Set<Int> = [], named: Names = .nothing, _ paint: Paint = .none
) -> String {
    let rows = rows.map { $0.map(\.harmless) }
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.enumerated().map { number, row in
        let cells = zip(row, widths).enumerated().map { column, cell in
            let isName = named == .row && number == 0 || named == .column && column == 0
            let text = isName ? paint(cell.0, named == .row ? .strong : .faint) : cell.0
            let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
            return rightAligned.contains(column) ? blanks + text : text + blanks
        }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
}

/// Which cells of a table are names.
enum Names {
    case nothing, row, column
}

extension String {
    /// The text with each control character but tabs and ends of lines as Swift would write it.
    var harmless: String {
        guard unicodeScalars.contains(where: \.isHarmful) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar.isHarmful ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isHarmful: Bool { properties.generalCategory == .control && self != "\n" && self != "\t" }
}

/// A size for people: `141.3 MB`.
func readable(_ bytes: Int) -> String {
    let unit = SizeUnit(of: bytes)
    return "\(unit.number(bytes)) \(unit.name)"
}

/// The number of it in the unit that `total` has: `57.0`.
func readable(_ bytes: Int, like total: Int) -> String { SizeUnit(of: total).number(bytes) }

private struct SizeUnit {
    let name: String
    private let size: Double

    init(of bytes: Int) {
        let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
        (name, size) = units.first { Double(bytes) >= $0.1 } ?? (bytes == 1 ? "byte" : "bytes", 1)
    }

    func number(_ bytes: Int) -> String { size == 1 ? "\(bytes)" : fixed(Double(bytes) / size, 1) }
}
