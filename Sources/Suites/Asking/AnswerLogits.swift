import Signatures

/// An answer with the logits of all its sampled positions, the end's included.
package struct AnswerLogits: Sendable, Equatable {
    package let tokens: [Int32]
    /// [positions][vocabulary]
    package let values: [Float]
    package let vocabulary: Int
    /// Of the values, as the reply has it.
    package let digest: Digest

    package init(tokens: [Int32], values: [Float], vocabulary: Int, digest: Digest) {
        self.digest = digest
        self.tokens = tokens
        self.values = values
        self.vocabulary = vocabulary
    }

    /// Sampled positions: as many as there are tokens, and one more where the model ended the answer.
    package var positions: Int { values.count / max(vocabulary, 1) }

    /// The logits at a position.
    @_lifetime(borrow self)
    package func row(_ position: Int) -> Span<Float> {
        values.span.extracting(position * vocabulary..<(position + 1) * vocabulary)
    }

    /// Reads little-endian float32 values; nil if they are not those of `positions`.
    package init?(tokens: [Int32], littleEndian bytes: [UInt8], positions: Int, digest: Digest) {
        self.digest = digest
        guard positions > 0, bytes.count > 0, bytes.count.isMultiple(of: 4 * positions) else { return nil }
        values = stride(from: 0, to: bytes.count, by: 4).map { start in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: bits)
        }
        self.tokens = tokens
        vocabulary = bytes.count / 4 / positions
    }

    package var littleEndian: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values {
            let bits = value.bitPattern
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return bytes
    }
}
