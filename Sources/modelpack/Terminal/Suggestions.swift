/// `did you mean 'verify'?`, for a word that isn't one of `known` but near some; `otherwise` where it is near none.
func suggestion(for typed: String, among known: some Sequence<String>, otherwise: String? = nil) -> String? {
    let near = nearest(to: typed, among: known).map { "'\($0)'" }
    guard let last = near.last else { return otherwise }
    let list = near.count > 1 ? near.dropLast().joined(separator: ", ") + " or " + last : last
    return "did you mean \(list)?"
}

/// The words of `known` that `typed` was most likely meant to be, three at most: those that begin with it, or else
/// those with the fewest slips, at most one for every three letters.
func nearest(to typed: String, among known: some Sequence<String>) -> [String] {
    let word = Array(typed.lowercased())
    var (best, least): ([String], Int) = ([], max(1, word.count / 3))
    for candidate in Set(known).sorted() where word.count > 1 && candidate != typed {
        let other = Array(candidate.lowercased())
        let slips = other.starts(with: word) ? 0 : slips(word, other)
        if slips < least { (best, least) = ([], slips) }
        if slips == least { best.append(candidate) }
    }
    return Array(best.prefix(3))
}

/// How many letters are missing, too many, others, or swapped with their neighbour (optimal string alignment).
private func slips(_ first: [Character], _ second: [Character]) -> Int {
    var rows = [Array(0...second.count)]
    for i in first.indices {
        var row = [i + 1]
        for j in second.indices {
            var cost = min(rows[i][j] + (first[i] == second[j] ? 0 : 1), min(row[j], rows[i][j + 1]) + 1)
            if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                cost = min(cost, rows[i - 1][j - 1] + 1)
            }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[first.count][second.count]
}
