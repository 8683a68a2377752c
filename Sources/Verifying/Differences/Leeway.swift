/// How far a build may have put blocks from the floats they are made of, by the way it chose them.
struct Leeway {
    /// By what errors cost on a text.
    var isCalibrated = false
    /// Near to an anchor's blocks: the error that this may add, as a share of the weights.
    var anchorTolerance = 0.0

    /// The error, as a share of the values, from which on it is no rounding, to whatever type; what is another tensor
    /// altogether lies √2 away.
    var far: Double { isCalibrated ? 1.1 : 0.7 }

    /// The same for a type to which plain rounding makes the error `plain`, where it makes `worst` of some other tensor.
    ///
    /// Calibration moves weights up to twice as far, and also to make up for what the tensors before have lost.
    func limit(plain: Double, worst: Double) -> Double {
        let rounding = isCalibrated ? 3 * worst : 1.8 * plain
        return (rounding * rounding + anchorTolerance * anchorTolerance).squareRoot()
    }
}
