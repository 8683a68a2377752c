import Tensors

/// What calibration did to each tensor.
package struct CalibrationReport: Sendable, Equatable {
    package struct Tensor: Sendable, Equatable {
        package let name: String
        package let type: ElementType
        /// Squared errors of the tensor's products on the calibration text, relative to the products themselves:
        /// by plain rounding, and as written.
        package let plain: Double
        package let calibrated: Double
    }

    /// In the order in which the model computes with them.
    package internal(set) var tensors: [Tensor] = []
    /// How many tokens were read.
    package internal(set) var tokens = 0

    /// The tensors with the largest errors left, worst first.
    package func worst(_ count: Int) -> [Tensor] {
        Array(tensors.sorted { ($1.calibrated, $0.name) < ($0.calibrated, $1.name) }.prefix(count))
    }

    /// By how much the mean relative error shrank: calibrated by plain.
    package var ratio: Double {
        let plain = tensors.reduce(0) { $0 + $1.plain }
        return plain > 0 ? tensors.reduce(0) { $0 + $1.calibrated } / plain : 1
    }
}
