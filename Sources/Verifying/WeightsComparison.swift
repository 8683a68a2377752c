import Bundles
import Files
import Tensors

/// A bundle's weights beside the same file made anew, piece by piece: where is the first difference?
package struct WeightsComparison {
    private let file: MappedFile
    private let range: Range<Int>
    /// As the bundle's file has them.
    private let tensors: [TensorInfo]
    /// How many bytes have been compared.
    private var offset = 0
    private var difference: Int?

    package init(_ bundle: Bundle) throws {
        let location = try bundle.location(of: BundlePath.weights)
        try self.init(GGUFFile(file: location.file, range: location.range))
    }

    init(_ weights: GGUFFile) {
        file = weights.file
        range = weights.range
        tensors = weights.tensors
    }

    /// Compares the next bytes.
    package mutating func compare(_ bytes: [UInt8]) {
        let file = file
        let start = range.lowerBound + offset
        let count = min(bytes.count, range.upperBound - start)
        if difference == nil {
            // Bytes have no padding.
            let same = unsafe bytes.span.bytes.firstDifference(from: file.bytes.extracting(start..<start + count))
            difference = same.map { offset + $0 }
        }
        file.mapping.release(start..<start + count)
        offset += count
        if count < bytes.count, difference == nil { difference = offset }
    }

    /// Why the weights are not the same; nil if they are. `rebuilt` has the tensors of the file made anew.
    package func reason(rebuilt: [TensorInfo]) -> Reason? {
        let same = zip(rebuilt, tensors).prefix { $0.hasForm(of: $1) }.count
        if let tensor = rebuilt.dropFirst(same).first ?? tensors.dropFirst(same).first {
            return .rebuiltDiffers(.tensor(tensor.name))
        }
        guard let place = difference ?? (offset < range.count ? offset : nil) else { return nil }
        guard let tensor = tensors.last(where: { $0.range.lowerBound <= place }) else { return .rebuiltDiffers(.keys) }
        return .rebuiltDiffers(.tensor(tensor.name))
    }
}

extension TensorInfo {
    fileprivate func hasForm(of other: TensorInfo) -> Bool {
        name == other.name && shape == other.shape && type == other.type
    }
}

extension RawSpan {
    /// The first place where bytes differ from `other`'s, as far as that goes; it must not be longer.
    fileprivate func firstDifference(from other: RawSpan) -> Int? {
        let count = other.byteCount, words = count / 8 * 8
        // In bounds; every bit pattern is a number.
        for index in stride(from: 0, to: words, by: 8) {
            let (left, right) = unsafe (
                unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self),
                other.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            if left != right { return index + (left.littleEndian ^ right.littleEndian).trailingZeroBitCount / 8 }
        }
        return (words..<count).first { index in
            unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
                != other.unsafeLoad(fromByteOffset: index, as: UInt8.self)
        }
    }
}
