/// Why bytes are no safetensors file that we read.
package enum SafetensorsProblem: Equatable, Sendable {
    case endsEarly(needed: UInt64, found: Int)
    case headerLength(UInt64, limit: Int)
    case tooMany(found: Int, limit: Int)
    case name(String)
    case dtype(String, tensor: String)
    case shape(tensor: String)
    case offsets(tensor: String)
    /// Not just type, shape and offsets.
    case members(tensor: String)
    case size(expected: Int, found: Int, tensor: String)
    case overlap(tensor: String)
    case hole(tensor: String)
    case dataSize(expected: Int, found: Int)
}
