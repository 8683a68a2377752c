import Files

@testable import Bundles

/// An archive whose first member is a hole, and whose index is no index.
enum LargeArchive {
    static func write(to path: String, size: Int) throws {
        let file = try OpenFile(creating: path)
        var position = 0
        func add(_ path: String, _ size: Int, _ bytes: [UInt8]) throws {
            let header = ArchiveHeader.bytes(path: path, size: size, time: 0)
            try file.write(header + bytes, at: position)
            position = ArchiveHeader.padded(position + header.count + size)
        }
        try add(BundlePath.weights, size, [])
        try add(BundlePath.manifest, 2, Array("{}".utf8))
        try add(BundlePath.index, 2, Array("{}".utf8))
        try file.resize(to: position + ArchiveHeader.end)
    }
}
