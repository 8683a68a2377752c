import Tensors

/// What a delta knows of a block type: where its scales and codes lie, and what numbers they stand for.
///
/// Every type is read as three planes: `halves`, the block's fp16 numbers; `scaleCodes`, the integers that multiply
/// them for a group of codes (k-quants only); `codes`, one per element. All but IQ4_NL are affine: a code c of group g
/// stands for scale(g)·c + offset(g).
struct BlockForm {
    let type: ElementType
    /// Where the fp16 numbers lie: the scale, then the minimum or its scale.
    let halves: [Int]
    let scaleCodeBits: Int
    let scaleCodeCount: Int
    let codeBits: Int
    /// Elements that share a scale.
    let group: Int
    private let low: PackedField
    private let high: PackedField?
    private let scaleLow: PackedField?
    private let scaleHigh: PackedField?
    /// The code that stands for 0, of Q4_0, Q5_0 and Q8_0; 0 for all others.
    private let zero: Double
    /// Signed codes have this bit turned, so that all ascend from 0.
    private let flip: UInt8
    private let scaleFlip: UInt8

    let blockBytes: Int
    let elements: Int
    let groups: Int
    /// Codes name the rungs of IQ4_NL's ladder.
    let isLadder: Bool

    /// What of a block's largest number its scale is a fraction of; nil where scales are found otherwise.
    enum Extreme {
        case value, magnitude
    }
    var scaleFollows: Extreme? {
        switch type {
        case .q4_0, .q5_0: .value
        case .q8_0: .magnitude
        default: nil
        }
    }

    /// Whether the scale tells the number of such a code.
    func isTold(_ code: Int) -> Bool {
        switch scaleFollows {
        case .value: code == firstCode
        case .magnitude: code == firstCode || code == lastCode
        case nil: false
        }
    }

    var lastCode: Int { 1 << codeBits - 1 }
    /// The least code that quantizers write: Q8_0 leaves out −128.
    var firstCode: Int { codeBits == 8 ? 1 : 0 }

    /// nil for types that aren't made of blocks.
    init?(_ type: ElementType) {
        self.type = type
        var scales: (low: PackedField, high: PackedField?)?
        switch type {
        case .q4_0, .iq4_nl: (halves, low, high) = ([0], .init(2, bits: 4, stride: 16), nil)
        case .q4_1: (halves, low, high) = ([0, 2], .init(4, bits: 4, stride: 16), nil)
        case .q5_0: (halves, low, high) = ([0], .init(6, bits: 4, stride: 16), .init(2, bits: 1, stride: 1))
        case .q5_1: (halves, low, high) = ([0, 2], .init(8, bits: 4, stride: 16), .init(4, bits: 1, stride: 1))
        case .q8_0: (halves, low, high) = ([0], .init(2, bits: 8, stride: 32), nil)
        case .q2_k:
            (halves, low, high) = ([80, 82], .init(16, bits: 2, stride: 32), nil)
            scales = (.init(0, bits: 4, stride: 16), nil)
        case .q3_k:
            (halves, low, high) = ([108], .init(32, bits: 2, stride: 32), .init(0, bits: 1, stride: 32))
            scales = (.init(96, bits: 4, stride: 8), .init(104, bits: 2, stride: 4))
        case .q4_k: (halves, low, high) = ([0, 2], .init(16, bits: 4, stride: 32), nil)
        case .q5_k: (halves, low, high) = ([0, 2], .init(48, bits: 4, stride: 32), .init(16, bits: 1, stride: 32))
        case .q6_k:
            (halves, low, high) = ([208], .init(0, bits: 4, stride: 64), .init(128, bits: 2, stride: 32))
            scales = (.init(192, bits: 8, stride: 16), nil)
        case .f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64: return nil
        }
        codeBits = low.bits + (high?.bits ?? 0)
        flip = type == .q8_0 ? 128 : 0
        scaleFlip = type == .q6_k ? 128 : 0
        scaleLow = scales?.low
        scaleHigh = scales?.high
        switch type {
        case .q2_k: (group, scaleCodeBits, scaleCodeCount) = (16, 4, 32)
        case .q3_k: (group, scaleCodeBits, scaleCodeCount) = (16, 6, 16)
        case .q4_k, .q5_k: (group, scaleCodeBits, scaleCodeCount) = (32, 6, 16)
        case .q6_k: (group, scaleCodeBits, scaleCodeCount) = (16, 8, 16)
        default: (group, scaleCodeBits, scaleCodeCount) = (32, 0, 0)
        }
        blockBytes = type.blockBytes
        elements = type.blockElements
        groups = type.blockElements / group
        isLadder = type == .iq4_nl
        zero = type == .q4_0 ? 8 : type == .q5_0 ? 16 : type == .q8_0 ? 128 : 0
    }
}

extension BlockForm {
    /// The bits of the block's fp16 number `index`.
    func half(_ index: Int, of block: UnsafePointer<UInt8>) -> UInt16 {
        unsafe UInt16(block[halves[index]]) | UInt16(block[halves[index] + 1]) << 8
    }

    func setHalf(_ index: Int, of block: UnsafeMutablePointer<UInt8>, to bits: UInt16) {
        unsafe block[halves[index]] = UInt8(truncatingIfNeeded: bits)
        unsafe block[halves[index] + 1] = UInt8(truncatingIfNeeded: bits >> 8)
    }

    /// Unpacks one code per element.
    func readCodes(of block: UnsafePointer<UInt8>, into codes: UnsafeMutablePointer<UInt8>) {
        if !low.overwrites { unsafe codes.update(repeating: 0, count: elements) }
        unsafe low.read(block, count: elements, shift: 0, into: codes)
        if let high { unsafe high.read(block, count: elements, shift: UInt8(low.bits), into: codes) }
        if flip != 0 { for index in 0..<elements { unsafe codes[index] ^= flip } }
    }

    /// Packs one code per element into a block whose code bits are zero.
    func writeCodes(_ codes: UnsafeMutablePointer<UInt8>, to block: UnsafeMutablePointer<UInt8>) {
        if flip != 0 { for index in 0..<elements { unsafe codes[index] ^= flip } }
        unsafe low.write(codes, count: elements, shift: 0, to: block)
        if let high { unsafe high.write(codes, count: elements, shift: UInt8(low.bits), to: block) }
    }

    /// Unpacks the groups' integers: those of the scale, then those of the minimum.
    func readScaleCodes(of block: UnsafePointer<UInt8>, into codes: UnsafeMutablePointer<UInt8>) {
        unsafe codes.update(repeating: 0, count: scaleCodeCount)
        if let scaleLow {
            unsafe scaleLow.read(block, count: scaleCodeCount, shift: 0, into: codes)
            if let scaleHigh {
                unsafe scaleHigh.read(block, count: scaleCodeCount, shift: UInt8(scaleLow.bits), into: codes)
            }
            if scaleFlip != 0 { for index in 0..<scaleCodeCount { unsafe codes[index] ^= scaleFlip } }
        } else if scaleCodeCount > 0 {
            // Q4_K and Q5_K: six bits each; the upper two of the later four lie above the earlier four.
            let packed = unsafe block + 4
            for index in 0..<4 {
                unsafe codes[index] = packed[index] & 63
                unsafe codes[index + 8] = packed[index + 4] & 63
                unsafe codes[index + 4] = packed[index + 8] & 15 | (packed[index] >> 6) << 4
                unsafe codes[index + 12] = packed[index + 8] >> 4 | (packed[index + 4] >> 6) << 4
            }
        }
    }

    /// Packs the groups' integers into a block where their bits are zero.
    func writeScaleCodes(_ codes: UnsafeMutablePointer<UInt8>, to block: UnsafeMutablePointer<UInt8>) {
        if let scaleLow {
            if scaleFlip != 0 { for index in 0..<scaleCodeCount { unsafe codes[index] ^= scaleFlip } }
            unsafe scaleLow.write(codes, count: scaleCodeCount, shift: 0, to: block)
            if let scaleHigh {
                unsafe scaleHigh.write(codes, count: scaleCodeCount, shift: UInt8(scaleLow.bits), to: block)
            }
            if scaleFlip != 0 { for index in 0..<scaleCodeCount { unsafe codes[index] ^= scaleFlip } }
        } else if scaleCodeCount > 0 {
            let packed = unsafe block + 4
            for index in 0..<4 {
                unsafe packed[index] = codes[index] & 63 | (codes[index + 4] >> 4) << 6
                unsafe packed[index + 4] = codes[index + 8] & 63 | (codes[index + 12] >> 4) << 6
                unsafe packed[index + 8] = codes[index + 4] & 15 | codes[index + 12] << 4
            }
        }
    }

    /// Which of the halves a group's integer multiplies.
    func half(ofScaleCode index: Int) -> Int { halves.count > 1 && index >= scaleCodeCount / 2 ? 1 : 0 }

    /// What a scale's integer is less than its code: Q3_K's are 32 less, Q6_K's 128.
    var scaleCodeBias: Int { type == .q3_k ? 32 : Int(scaleFlip) }

    /// What the codes of group `group` stand for.
    @inline(__always)
    func step(_ group: Int, of block: UnsafePointer<UInt8>, scaleCodes: UnsafePointer<UInt8>) -> AffineStep {
        if zero == 0 { return unsafe scaledStep(group, of: block, scaleCodes: scaleCodes) }
        let d = unsafe double(ofHalf: half(0, of: block))
        return AffineStep(scale: d, offset: -zero * d)
    }

    private func scaledStep(
        _ group: Int, of block: UnsafePointer<UInt8>, scaleCodes: UnsafePointer<UInt8>
    ) -> AffineStep {
        let d = unsafe double(ofHalf: half(0, of: block))
        switch type {
        case .q4_1, .q5_1: return AffineStep(scale: d, offset: unsafe double(ofHalf: half(1, of: block)))
        case .q2_k, .q4_k, .q5_k:
            let minimum = unsafe double(ofHalf: half(1, of: block))
            let code = unsafe scaleCodes[group + scaleCodeCount / 2]
            return AffineStep(scale: unsafe d * Double(scaleCodes[group]), offset: -minimum * Double(code))
        case .q3_k, .q6_k:
            let scale = unsafe d * Double(Int(scaleCodes[group]) - scaleCodeBias)
            return AffineStep(scale: scale, offset: type == .q3_k ? -4 * scale : -32 * scale)
        default: return AffineStep(scale: d, offset: 0)
        }
    }
}

/// The rungs of IQ4_NL's ladder, the multiples of the scale that its codes name.
let iq4Ladder: [Int32] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
