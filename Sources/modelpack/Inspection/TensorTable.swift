import Tensors
import Verifying

/// One tensor as `inspect` lists it.
struct TensorRow: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let bytes: Int

    var shapeText: String { shape.map(String.init).joined(separator: " x ") }
}

/// The tensors of a model file, as text: those that differ in nothing but their layer on one line, unless `all` are
/// wanted one by one.
func tensorTable(_ tensors: [TensorRow], all: Bool = false, _ paint: Paint = .none) -> String {
    var rows = [["tensor", "", "type", "shape", "bytes"]]
    for group in all ? tensors.map({ [$0] }) : folded(tensors) {
        let layers = group.compactMap { layer(of: $0.name)?.number }
        let name = layers.count > 1 ? "blk.*." + (layer(of: group[0].name)?.rest ?? "") : group[0].name
        let bytes = group.reduce(0) { $0 + $1.bytes }
        rows.append([name, layers.count > 1 ? ranges(layers) : "", group[0].type, group[0].shapeText, grouped(bytes)])
    }
    return table(rows, rightAligned: [4], named: .row, paint)
}

/// Tensors of the same place, type and shape in different layers together, in the order of their first.
private func folded(_ tensors: [TensorRow]) -> [[TensorRow]] {
    var groups: [[TensorRow]] = []
    var places: [String: Int] = [:]
    for tensor in tensors {
        guard let layer = layer(of: tensor.name) else {
            groups.append([tensor])
            continue
        }
        let key = "\(layer.rest) \(tensor.type) \(tensor.shapeText)"
        if let place = places[key] {
            groups[place].append(tensor)
        } else {
            places[key] = groups.count
            groups.append([tensor])
        }
    }
    return groups
}

/// `blk.12.attn_q.weight` is of layer 12.
private func layer(of name: String) -> (number: Int, rest: String)? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "blk", let number = UInt16(parts[1]), "\(number)" == parts[1] else {
        return nil
    }
    return (Int(number), String(parts[2]))
}

/// `0-3, 5`
private func ranges(_ numbers: [Int]) -> String {
    var spans: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
        if let last = spans.last, last.upperBound + 1 == number {
            spans[spans.count - 1] = last.lowerBound...number
        } else {
            spans.append(number...number)
        }
    }
    return spans.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        .joined(separator: ", ")
}

/// How many tensors there are of each type: `211 q4_0, 61 f32`.
func typeSummary(_ tensors: [TensorRow]) -> String {
    let counts = Dictionary(grouping: tensors, by: \.type).mapValues(\.count)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        .joined(separator: ", ")
}

/// Where the bytes are: a bar for each type, the largest first, with its bits per weight.
func typeBars(_ tensors: [TensorRow], _ paint: Paint) -> String {
    let width = min(32, max(8, Terminal.output.columns - 48))
    let types = Dictionary(grouping: tensors, by: \.type).map { type, rows in
        (
            type: type, tensors: rows.count, bytes: rows.reduce(0) { $0 + $1.bytes },
            weights: rows.reduce(0) { $0 + $1.shape.reduce(1, *) }
        )
    }.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
    let total = max(1, types.reduce(0) { $0 + $1.bytes })
    let rows = types.map { found in
        let share = Double(found.bytes) / Double(total)
        return [
            found.type, bar(share, width), "\(fixed(share * 100, 1)) %", readable(found.bytes),
            count(found.tensors, "tensor"), "\(fixed(Double(found.bytes * 8) / Double(max(1, found.weights)), 2)) bits",
        ]
    }
    let text = table(rows, rightAligned: [2, 3, 4, 5])
    // A bar is all of its blocks.
    let isBlock: (Character) -> Bool = { "█▏▎▍▌▋▊▉".contains($0) }
    return text.split(separator: "\n").map { line in
        let head = line.prefix { !isBlock($0) }
        let bar = line.dropFirst(head.count).prefix(while: isBlock)
        return head + paint(bar, .bar) + line.dropFirst(head.count + bar.count)
    }.joined(separator: "\n")
}
