import Tensors

/// llama-quantize's file types: a main type, and tensors that get more bits because a model feels their loss more.
///
/// Where llama.cpp's name is also a block type's (`Q4_0`), GGUF's name for such files is used, `mostly_q4_0`: the plain
/// name stands for that one type in every matrix. (`Q2_K_S` can't be made without an importance matrix, and files of
/// Q8_0 and Q6_K are the same as with the plain type.)
package enum Mix: String, Sendable, CaseIterable {
    case mostly_q4_0, mostly_q4_1, mostly_q5_0, mostly_q5_1, mostly_iq4_nl, mostly_q2_k
    case q3_k_s, q3_k_m, q3_k_l, q4_k_s, q4_k_m, q5_k_s, q5_k_m

    /// As the command line has it.
    package var name: String { rawValue }

    /// Reads the name in either case.
    package init?(name: String) { self.init(rawValue: name.lowercased()) }

    /// The type of most matrices.
    package var mainType: ElementType {
        switch self {
        case .mostly_q4_0: .q4_0
        case .mostly_q4_1: .q4_1
        case .mostly_q5_0: .q5_0
        case .mostly_q5_1: .q5_1
        case .mostly_iq4_nl: .iq4_nl
        case .mostly_q2_k: .q2_k
        case .q3_k_s, .q3_k_m, .q3_k_l: .q3_k
        case .q4_k_s, .q4_k_m: .q4_k
        case .q5_k_s, .q5_k_m: .q5_k
        }
    }

    /// `general.file_type`.
    var fileType: UInt32 {
        switch self {
        case .q3_k_s: 11
        case .q3_k_l: 13
        case .q4_k_s: 14
        case .q5_k_s: 16
        case .mostly_q4_0, .mostly_q4_1, .mostly_q5_0, .mostly_q5_1, .mostly_iq4_nl, .mostly_q2_k, .q3_k_m, .q4_k_m,
            .q5_k_m:
            mainType.fileType
        }
    }
}
