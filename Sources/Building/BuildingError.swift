/// Why a model can't be built from its source.
package enum BuildingError: Error, Equatable {
    /// A number that is infinite or none: the weights are damaged.
    case notFinite(tensor: String, row: Int)
    /// A number, or the scale of its block, that the type can't hold.
    case overflow(tensor: String, row: Int, type: String)
    /// A type that we can't write.
    case elementType(String, supported: [String])
    /// A rule that is not of the form PATTERN=TYPE.
    case rule(String)
    /// Nothing of the model matches the rule: surely a slip of the pen.
    case unusedRule(pattern: String)
    /// The calibration text has too few tokens to say anything.
    case shortCalibration(name: String, tokens: Int, needed: Int)
    /// Weights that are calibrated can't stay near an older version's.
    case calibratedAnchor
    /// Even the smallest types make a larger file.
    case sizeTooSmall(wanted: Int, least: Int)
}
