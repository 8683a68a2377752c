/// A folder of a source, as a source of its own.
package struct FolderSource: Source {
    private let source: any Source
    private let folder: String

    /// `folder` is written as paths of sources are.
    package init(_ folder: String, of source: any Source) {
        self.folder = folder
        self.source = source
    }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        try source.fetch("\(folder)/\(path)", limit: limit, into: sink)
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        try source.fetch("\(folder)/\(path)", range: range, into: sink)
    }

    package func another() throws(TransportError) -> any Source { FolderSource(folder, of: try source.another()) }
}
