/// Where the rows of a GGUF tensor stand in Hugging Face's form of it.
struct RowOrder: Sendable {
    let rows: Int
    /// Into how many heads the rows fall whose halves must be interleaved; nil where rows are in order.
    let rotaryHeads: Int?

    /// Which row of Hugging Face's form is row `row` of the GGUF.
    ///
    /// Its rotary embedding turns element i of a head with element i + half, GGUF's with its neighbour.
    func source(of row: Int) -> Int {
        guard let rotaryHeads else { return row }
        let headRows = rows / rotaryHeads
        let (head, within) = row.quotientAndRemainder(dividingBy: headRows)
        return head * headRows + within % 2 * (headRows / 2) + within / 2
    }
}
