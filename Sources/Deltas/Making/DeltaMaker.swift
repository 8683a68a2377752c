import Signatures
import Tensors

/// Makes the delta that leads from one model file to another.
///
/// Two passes: the first one measures and counts, the second one writes. What is in memory at once is a piece of a
/// tensor, a byte for every row and column, the symbols' counts, what adapters are found to have done, and up to 136 floats
/// for each column of the tensor that one is looked for in.
package struct DeltaMaker {
    private let base: GGUFFile
    private let target: GGUFFile
    private let steps: [DeltaStep]

    package init(from base: GGUFFile, to target: GGUFFile) {
        self.base = base
        self.target = target
        steps = DeltaStep.steps(from: base, to: target)
    }

    /// Writes the delta, from its first byte to its last.
    package func write(to sink: ([UInt8]) throws -> Void) throws {
        let (old, new) = (ModelBytes(base), ModelBytes(target))
        let header = DeltaHeader(base: old.identity(), result: new.identity())
        try sink(header.encoded())
        var coder = BlockCoder(old: old, new: new)
        for case .blocks(let tensor, let range) in steps { coder.count(tensor, target: range) }
        try sink(coder.finishCounting())
        for step in steps {
            switch step {
            case .copy(let range): try sink(Self.copy(range))
            case .text(let range, let prefix): try sink(Self.text(new, range, old, prefix))
            case .planes(let width, let range, let part): try sink(Self.planes(width, old, range, new, part))
            case .blocks(let tensor, let range): try coder.write(tensor, target: range, to: sink)
            }
        }
        try sink([DeltaRecord.Kind.end.rawValue])
    }

    private static func copy(_ range: Range<Int>) -> [UInt8] {
        var bytes = [DeltaRecord.Kind.copy.rawValue]
        bytes.append(place: range)
        return bytes
    }

    private static func text(
        _ new: ModelBytes, _ range: Range<Int>, _ old: ModelBytes, _ prefix: Range<Int>
    ) -> [UInt8] {
        let text = new.bytes(range).array(0..<range.count), before = old.bytes(prefix).array(0..<prefix.count)
        defer { new.release(range) }
        let alone = Zstandard.compress(text), after = prefix.isEmpty ? alone : Zstandard.compress(text, prefix: before)
        let usesPrefix = after.count < alone.count
        var bytes = [DeltaRecord.Kind.text.rawValue]
        bytes.append(place: usesPrefix ? prefix : 0..<0)
        bytes.append(littleEndian: UInt64(range.count))
        bytes.append(section: usesPrefix ? after : alone)
        return bytes
    }

    private static func planes(
        _ width: Int, _ old: ModelBytes, _ range: Range<Int>, _ new: ModelBytes, _ part: Range<Int>
    ) -> [UInt8] {
        defer {
            old.release(range)
            new.release(part)
        }
        let planes = NumberPlanes(width: width).subtract(old.bytes(range), from: new.bytes(part))
        var bytes = [DeltaRecord.Kind.planes.rawValue, UInt8(width)]
        bytes.append(place: range)
        bytes.append(section: Zstandard.compress(planes, level: 9))
        return bytes
    }
}

extension [UInt8] {
    /// A place in the base: where it starts, and how long it is.
    mutating func append(place: Range<Int>) {
        append(littleEndian: UInt64(place.lowerBound))
        append(littleEndian: UInt64(place.count))
    }
}
