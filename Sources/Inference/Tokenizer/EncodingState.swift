/// What an encoding keeps from one stretch of text to the next.
struct EncodingState {
    var output: [Int32] = []
    var memo = WordMemo()
    var merging = Merging()
    /// Whether a special token, or the text's start, was last.
    var followsSpecial = true
}
