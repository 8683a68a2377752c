/// What any delta may ask for at most, so that no delta makes its reader take much memory.
enum DeltaLimits {
    /// What a text or planes record gives, and what a piece of blocks aims at.
    static let output = 1 << 20
    /// What a text record may look back at.
    static let prefix = 4 << 20
    /// Bytes of a row of blocks; rows above that are no blocks to us.
    static let row = 1 << 20
    /// Rows and elements of a row, each.
    static let count = 1 << 40
    /// Tables of frequencies in one delta, 8 KiB each when unpacked: more than all types together may have.
    static let tables = 3072
    /// All maps and frequencies, unpacked.
    static let statistics = 4 << 20
    /// What a record's compressed part may have.
    static let compressed = 4 << 20
}
