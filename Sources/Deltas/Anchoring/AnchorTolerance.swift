/// How far anchored numbers may be from what they would be without an anchor.
///
/// Both limits bound the squared error that anchoring adds, a block's and a row's, against the new floats; so errors
/// never add up from release to release, and a small change is never smoothed away: a part of the movement is all that
/// may be lost of it.
package struct AnchorTolerance: Equatable, Sendable {
    /// As a part of the root mean square of the block's weights.
    package var weight: Double
    /// As a part of how far the row has moved, root mean square.
    package var movement: Double

    package init(weight: Double = standard, movement: Double = 0.8) {
        self.weight = weight
        self.movement = movement
    }

    /// The weight's part, where nothing else is stated.
    package static let standard = 0.06

    /// What the squared error of a block may grow by.
    func limit(weights: Double) -> Double { weight * weight * weights }

    /// What the squared error of a row may grow by that has moved by the square `moved`.
    func budget(movement moved: Double) -> Double { movement * movement * moved }
}
