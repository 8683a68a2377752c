import Failures
import Signatures

/// Why a delta could not be applied; offsets count from the delta's first byte.
package enum DeltaError: Error, Equatable {
    case malformed(DeltaProblem, offset: Int)
    /// The delta was made for another base.
    case wrongBase(expected: FileIdentity, found: FileIdentity)
    /// The delta is sound in form, but what it gives isn't what it states.
    case wrongResult(expected: Digest, found: Digest)
}

/// What is wrong with a delta's bytes.
package enum DeltaProblem: Equatable, Sendable {
    case notDelta
    case version(UInt32)
    case endsEarly(needed: Int)
    case tooLong(DeltaField, found: UInt64, limit: Int)
    /// A record reaches past the end of the base.
    case outsideBase(end: UInt64, size: Int)
    /// The records give more or fewer bytes than the result has.
    case resultSize(found: UInt64, expected: Int)
    case unknownRecord(UInt8)
    case elementType(UInt32)
    /// A field has a value that nothing of its kind can have.
    case invalid(DeltaField)
    /// Compressed bytes that zstd refuses, or that give another size than stated.
    case compression(DeltaField)
    /// The coded symbols don't end where their bytes end.
    case coding
    case trailingBytes
}

/// The part of a delta that an error is about.
package enum DeltaField: String, Equatable, Sendable {
    case baseSize, resultSize, tables, contexts, frequencies, record, rows, rowLength, pieceRows, columns, levels
    case symbols, extraBits, prefix, text, planes, width, update
}

extension DeltaError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .malformed, .wrongResult: .damaged
        case .wrongBase: .notForThisDevice
        }
    }
}
