import Deltas
import Files
import Tensors

/// Two small GGUF files of the same shape, the second one a little moved, made from a seed.
package struct ModelPair {
    package let old: [UInt8]
    package let new: [UInt8]

    /// Three tensors: one of `type`, a vector that stays, and floats that move.
    ///
    /// The blocks' bytes are random, so every scale, code and sign comes; fp16 numbers are kept finite.
    package init(_ type: ElementType, rows: Int = 24, rowElements: Int = 512, seed: UInt64 = 1, moved: Int = 4) throws {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        let layout = try GGUFLayout(
            metadata: metadata,
            tensors: [("matrix", [rowElements, rows], type), ("same", [64], .f32), ("vector", [300], .f32)])
        var random = Random(seed: seed)
        var old =
            layout.header + (layout.header.count..<layout.size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var new = old
        let matrix = layout.tensors[0].range, vector = layout.tensors[2].range
        // Every other row stays; in the rest one byte in `moved` changes a little.
        let rowBytes = matrix.count / rows
        for index in matrix where (index - matrix.lowerBound) / rowBytes % 2 == 0 && random.next() % UInt64(moved) == 0
        {
            new[index] = new[index] &+ UInt8(random.next() % 5) &- 2
        }
        for index in vector where random.next() % 3 == 0 { new[index] = new[index] &+ 1 }
        self.old = old
        old.removeAll()
        self.new = new
    }

    /// A matrix of random numbers in blocks of `type`, and the same after it moved by a tenth of its norm: by the product of
    /// two thin matrices of `rank`, or, at rank 0, each number by itself.
    package init(_ type: ElementType, rank: Int, side: Int = 256) throws {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        let layout = try GGUFLayout(metadata: metadata, tensors: [("matrix", [side, side], type)])
        var random = Random(seed: 5)
        // About normal, with a variance of 1.
        func number() -> Float { (0..<12).reduce(-6) { sum, _ in sum + Float(random.next() >> 40) * 0x1p-24 } }
        let numbers = (0..<side * side).map { _ in number() }
        let (left, right) = ((0..<side * rank).map { _ in number() }, (0..<rank * side).map { _ in number() })
        let moved = numbers.enumerated().map { place, before in
            guard rank > 0 else { return before + 0.1 * number() }
            let product = (0..<rank).reduce(Float(0)) {
                $0 + left[place / side * rank + $1] * right[$1 * side + place % side]
            }
            return before + 0.1 * product / Float(rank).squareRoot()
        }
        func file(_ numbers: [Float]) -> [UInt8] {
            var blocks = [UInt8](repeating: 0, count: layout.tensors[0].range.count)
            var span = blocks.mutableSpan
            // Any bytes are bytes, and floats have no padding.
            var target = unsafe span.mutableBytes
            _ = unsafe Codec.encode(numbers.span.bytes, as: type, into: &target)
            return layout.header + blocks
                + [UInt8](repeating: 0, count: layout.size - layout.header.count - blocks.count)
        }
        (old, new) = (file(numbers), file(moved))
    }

    /// The delta from the old file to the new one.
    package func delta() throws -> [UInt8] { try Self.delta(from: old, to: new) }

    package static func delta(from old: [UInt8], to new: [UInt8]) throws -> [UInt8] {
        try inFolder { folder in
            try FileSystem.replace(folder + "/old", with: old)
            try FileSystem.replace(folder + "/new", with: new)
            var delta: [UInt8] = []
            try DeltaMaker(from: GGUFFile(path: folder + "/old"), to: GGUFFile(path: folder + "/new")).write {
                delta += $0
            }
            return delta
        }
    }

    /// What `delta` makes of `old`.
    package static func apply(_ delta: [UInt8], to old: [UInt8], threads: Int = 2) throws -> [UInt8] {
        try inFolder { folder in
            try FileSystem.replace(folder + "/old", with: old)
            try FileSystem.replace(folder + "/delta", with: delta)
            var result: [UInt8] = []
            let application = try DeltaApplication(
                delta: ModelBytes(path: folder + "/delta"), base: ModelBytes(path: folder + "/old"))
            try application.run(threads: threads) { part in
                // Read within the call only.
                unsafe part.withUnsafeBytes { unsafe result.append(contentsOf: $0) }
            }
            return result
        }
    }

    private static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = try FileSystem.makeTemporaryFolder(in: "/tmp")
        defer { try? FileSystem.remove(folder) }
        return try body(folder)
    }
}

/// SplitMix64, so that a failing seed can be run again.
package struct Random {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
