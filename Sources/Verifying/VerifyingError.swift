/// Why no verdict can be given.
package enum VerifyingError: Error, Equatable {
    /// The outputs were recorded with an arithmetic that this engine does not have.
    case unknownArithmetic(found: Int, known: [Int])
    /// The gate limits what this version does not measure.
    case unknownMeasure(String, known: [String])
}
