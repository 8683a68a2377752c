@testable import Bundles

/// An archive's form: what parses lies in the file, with an index that parses or throws.
func fuzzArchive(_ bytes: [UInt8]) throws {
    let layout = try unsafe ArchiveLayout(parsing: bytes.span.bytes)  // Bytes have no padding.
    law(layout.signedEnd <= bytes.count, "the index lies in the file")
    for entry in layout.signatures { _ = try? SignatureFile(path: entry.path, bytes: Array(bytes[entry.range])) }
    try fuzzIndex(Array(bytes[layout.index.range]))
}

/// What a bundle says of its making, read as it is written.
func fuzzProvenance(_ bytes: [UInt8]) throws {
    let provenance = try Provenance(parsing: bytes)
    law(try Provenance(parsing: try provenance.encoded()) == provenance, "provenance is read as written")
}

/// age's law: whatever parses is written again as the same bytes.
func fuzzIndex(_ bytes: [UInt8]) throws {
    law(try Index(parsing: bytes).encoded() == bytes, "an index is written as it was read")
}
