import Bundles
import Checkpoints
import Files
import Tensors

/// The keys of MODEL, a bundle, packed or not, a GGUF file or a Hugging Face directory; no weights are read but a
/// bundle's, whose integrity is checked. Its signers are not: that is said in a remark.
func modelMetadata(_ path: String, remarks: (String) -> Void) throws -> GGUFMetadata {
    if FileSystem.isDirectory(path), !FileSystem.exists(path + "/" + BundlePath.index) {
        return try Checkpoint(path: path).metadata
    }
    if !FileSystem.isDirectory(path), try OpenFile(reading: path).read(4, at: 0) == Array("GGUF".utf8) {
        return try GGUFFile(path: path).metadata
    }
    let bundle = try locating(path) { try Bundle(path: path) }
    remarks("\(bundle.manifest.subject), signers: not checked")
    let weights = try bundle.location(of: BundlePath.weights)
    return try GGUFFile(file: weights.file, range: weights.range).metadata
}
