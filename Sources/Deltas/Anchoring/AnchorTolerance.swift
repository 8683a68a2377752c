/// How far an anchored block's numbers may be from what they would be without an anchor.
///
/// Both limits bound the squared error that anchoring adds, against the new floats; so errors never add up from release
/// to release, and a small change is never smoothed away: a part of the movement is all that may be lost of it.
package struct AnchorTolerance: Equatable, Sendable {
    /// As a part of the root mean square of the block's weights.
    package var weight: Double
    /// As a part of how far the row has moved, root mean square.
    package var movement: Double

    package init(weight: Double = standard, movement: Double = 0.5) {
        self.weight = weight
        self.movement = movement
    }

    /// The weight's part, where nothing else is stated.
    package static let standard = 0.08

    /// What the squared error of a block may grow by.
    func budget(weights: Double, movement moved: Double) -> Double {
        min(weight * weight * weights, movement * movement * moved)
    }
}
