internal import CKernels

/// Which kernels compute; all give the same bits.
package enum KernelSet: String, Sendable, CaseIterable {
    /// Plain C, the definition of the arithmetic.
    case portable
    /// The fastest that this CPU runs.
    case fastest

    /// The name of the instruction set that is used: `portable` or `avx2`.
    package var name: String { unsafe String(cString: ck_name(table)) }

    @unsafe var table: OpaquePointer {
        switch self {
        case .portable: unsafe ck_portable()
        case .fastest: unsafe ck_fastest()
        }
    }
}

/// The version of the arithmetic that this engine computes; recorded answers name theirs.
package let arithmeticVersion = Int(CK_ARITHMETIC)

/// exp in double, the same bits everywhere.
func exponential(_ value: Double) -> Double { ck_exp_double(value) }
