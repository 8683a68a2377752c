/// How far a build may have put blocks from the floats they are made of, by the way it chose them.
struct Leeway {
    /// By what errors cost on a text.
    var isCalibrated = false
    /// Near to an anchor's blocks: the error that this may add, as a share of the weights.
    var anchorTolerance = 0.0

    /// The error, as a share of the values, from which on it is no rounding, where plain rounding makes `plain`.
    ///
    /// Calibration moves weights farther, measured up to twice as far.
    func limit(plain: Double) -> Double {
        let rounding = (isCalibrated ? 3 : 1.8) * plain
        return (rounding * rounding + anchorTolerance * anchorTolerance).squareRoot()
    }
}
