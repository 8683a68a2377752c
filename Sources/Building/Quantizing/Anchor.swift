import Bundles
import Deltas
import Files
import Signatures
import Tensors

/// An older version's weights, near to which new ones stay.
package struct Anchor: Sendable {
    let file: GGUFFile
    let tolerance: AnchorTolerance
    /// What the provenance calls it, with the digest of the weights.
    let source: SourceDigest

    /// Opens a bundle, packed or not, or a GGUF file; nobody's signature is asked for.
    package init(path: String, tolerance: AnchorTolerance) throws {
        self.tolerance = tolerance
        if !FileSystem.isDirectory(path), try OpenFile(reading: path).read(4, at: 0) == Array("GGUF".utf8) {
            file = try GGUFFile(path: path)
            source = SourceDigest(name: "anchor/model.gguf", digest: ModelBytes(file).identity().digest)
            return
        }
        let bundle = try Bundle(path: path)
        let location = try bundle.location(of: BundlePath.weights)
        file = try GGUFFile(file: location.file, range: location.range)
        guard let member = bundle.index[BundlePath.weights] else { throw BundleError.missing(path: BundlePath.weights) }
        source = SourceDigest(name: "anchor/model.gguf", digest: member.sha256)
    }

    /// Where a tensor's rows stand that new ones can be anchored to; nil where there are none of this form.
    func rows(like tensor: TensorInfo) -> AnchorRows? {
        guard let old = file.gguf.tensor(ifPresent: tensor.name), old.type == tensor.type, old.shape == tensor.shape,
            tensor.type.blockElements > 1
        else { return nil }
        let start = file.range.lowerBound + old.range.lowerBound
        return AnchorRows(file: file.file, start: start, rowBytes: old.rowBytes, tolerance: tolerance)
    }
}

/// A tensor's rows in an older version.
struct AnchorRows: Sendable {
    let file: MappedFile
    let start: Int
    let rowBytes: Int
    let tolerance: AnchorTolerance

    /// The rows' place in the file.
    func range(_ rows: Range<Int>) -> Range<Int> {
        start + rows.lowerBound * rowBytes..<start + rows.upperBound * rowBytes
    }
}
