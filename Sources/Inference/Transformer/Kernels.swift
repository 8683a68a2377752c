internal import CKernels

/// Which kernels compute; all give the same bits.
package enum KernelSet: String, Sendable, CaseIterable {
    /// Plain C, the definition of the arithmetic.
    case portable
    case avx2
    /// With VNNI.
    case avx512
    case neon
    case neonDotProduct = "neon-dotprod"
    /// The fastest that this CPU runs.
    case fastest

    /// The sets that this CPU runs.
    package static var allCases: [KernelSet] {
        [.portable, .avx2, .avx512, .neon, .neonDotProduct, .fastest].filter(\.isAvailable)
    }

    /// Whether this CPU and its system run it.
    package var isAvailable: Bool { unsafe table != nil }

    /// The name of the instruction set that is used, never `fastest`.
    package var name: String { unsafe table.map { unsafe String(cString: ck_name($0)) } ?? rawValue }

    @unsafe var table: OpaquePointer? {
        switch self {
        case .fastest: unsafe ck_fastest()
        default: unsafe ck_named(rawValue)
        }
    }
}

/// The version of the arithmetic that this engine computes; recorded answers name theirs.
package let arithmeticVersion = Int(CK_ARITHMETIC)

/// exp in double, the same bits everywhere; for up to ±700.
package func exponential(_ value: Double) -> Double { ck_exp_double(value) }
