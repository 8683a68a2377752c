/// Rows of a batch that belong to one sequence: its next tokens.
struct Run {
    /// Keys and values of what the sequence has read, by layers.
    let caches: [LayerCache]
    /// The place of the run's first token in its sequence.
    let position: Int
    /// The row of the run's first token in the batch.
    let row: Int
    let count: Int
}
