/// Hashes bytes in a way that differs from run to run, so that no file can be made to collide.
struct Seed: Sendable {
    private let value: UInt64

    init() {
        var hasher = Hasher()
        hasher.combine(0)
        value = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash = value
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return scatter(hash)
    }

    func hash(_ number: UInt64) -> UInt64 { scatter(number ^ value) }
}

/// Spreads every bit of `value` over all of the result (the finalizer of MurmurHash3).
func scatter(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
    value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return value ^ (value >> 33)
}
