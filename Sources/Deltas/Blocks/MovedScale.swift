/// What a block's scale becomes when its numbers move: it goes with the number that is farthest from 0.
struct MovedScale {
    /// The scale as fp16.
    let half: UInt16
    /// Its context among those of fp16 numbers in updated tensors.
    let context: Int

    /// `codes` are the block's, unpacked, and `moves` has one for each, known but for such a `variance`; nil for a block
    /// of zeros.
    init?(
        _ form: BlockForm, codes: UnsafePointer<UInt8>, step: AffineStep, moves: UnsafePointer<Float>, variance: Double
    ) {
        let scale = Float(step.scale), offset = Float(step.offset)
        let codes = unsafe UnsafeRawPointer(codes), moves = unsafe UnsafeRawPointer(moves)
        let first = SIMD8(repeating: Int32(form.firstCode)), last = SIMD8(repeating: Int32(form.lastCode))
        let isMagnitude = form.scaleFollows == .magnitude
        var before = Farthest(), after = Farthest()
        for place in stride(from: 0, to: form.elements, by: 8) {
            // Eight codes and as many moves are within the block's.
            let codes = SIMD8<Int32>(
                truncatingIfNeeded: unsafe codes.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt8>.self))
            let numbers = scale * SIMD8<Float>(codes) + offset
            let isTold = isMagnitude ? codes .== first .| codes .== last : codes .== first
            before.add(numbers, told: isTold)
            after.add(
                unsafe numbers + moves.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self), told: isTold)
        }
        let (old, new) = (before.summary, after.summary)
        guard old.number != 0 else { return nil }
        let ratio = new.number / old.number
        half = Float16(scale * (isMagnitude ? abs(ratio) : ratio)).bitPattern
        // A number that the old scale tells is known to fp16; others to a code.
        let rounding = new.isTold ? 0 : step.scale * step.scale / 12
        let exponent = UInt64(max(half >> 10 & 31, 1))
        let unit = Double(bitPattern: (exponent + 1023 - 25) << 52)
        let noise = UpdatedContext.noise(variance: variance + rounding, unit: unit, below: 0)
        // In quarters of the old step, which isn't 0 where a number isn't.
        let lead = min(4 * new.lead / abs(scale), Float(UpdatedContext.leads - 1))
        context = noise * UpdatedContext.leads + Int(lead)
    }
}

/// The number farthest from 0, lane by lane, and what else a scale's context depends on.
private struct Farthest {
    private var highest = SIMD8<Float>()
    private var first = SIMD8<Float>()
    private var second = SIMD8<Float>()
    private var told = SIMD8<Float>()

    mutating func add(_ numbers: SIMD8<Float>, told isTold: SIMDMask<SIMD8<Int32>>) {
        // What pointwiseMax and pointwiseMin do takes many times as long.
        let sizes = numbers.replacing(with: -numbers, where: numbers .< 0)
        let lesser = sizes.replacing(with: first, where: sizes .> first)
        second.replace(with: lesser, where: lesser .> second)
        first.replace(with: sizes, where: sizes .> first)
        highest.replace(with: numbers, where: numbers .> highest)
        told.replace(with: sizes, where: isTold .& (sizes .> told))
    }

    /// Of two numbers as far the positive one; how far behind the next one is; whether it is one that the scale tells.
    var summary: (number: Float, lead: Float, isTold: Bool) {
        var (top, next, high, known) = (Float(0), Float(0), Float(0), Float(0))
        for lane in first.indices {
            next = max(next, min(top, first[lane]), second[lane])
            top = max(top, first[lane])
            high = max(high, highest[lane])
            known = max(known, told[lane])
        }
        return (high >= top ? top : -top, top - next, known == top)
    }
}
