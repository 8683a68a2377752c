import Tensors

extension ElementType {
    /// What a row of `elements` numbers gets instead of this type, as in llama-quantize.
    ///
    /// Blocks of 256 that don't divide it give way to blocks of 32 with about as many bits, those to F16.
    func fitting(rowElements elements: Int) -> ElementType {
        if elements.isMultiple(of: blockElements) { return self }
        let smaller: ElementType =
            switch self {
            case .q2_k, .q3_k: .q4_0
            case .q4_k: .q5_0
            case .q5_k: .q5_1
            case .q6_k: .q8_0
            default: .f16
            }
        return elements.isMultiple(of: smaller.blockElements) ? smaller : .f16
    }

    /// `general.file_type` of a file whose matrices mostly have this type.
    var fileType: UInt32 {
        switch self {
        case .f16: 1
        case .q4_0: 2
        case .q4_1: 3
        case .q8_0: 7
        case .q5_0: 8
        case .q5_1: 9
        case .q2_k: 10
        case .q3_k: 12
        case .q4_k: 15
        case .q5_k: 17
        case .q6_k: 18
        case .iq4_nl: 25
        case .bf16: 32
        case .f32, .f64, .i8, .i16, .i32, .i64: 0
        }
    }
}
