/// Looks for what an adapter did to a matrix, in the difference of two quantized ones.
///
/// Subspace iteration: the basis, of rows as long as the matrix's, is multiplied by the difference and its transpose
/// until it spans the directions in which the rows moved most. All arithmetic is IEEE addition, multiplication, division
/// and square root in a fixed order, so the same files give the same delta everywhere.
struct LowRankSearch {
    private let difference: TensorDifference
    private let columns: Int
    /// Orthonormal rows, those with the most energy about first.
    private var basis: [[Float]]
    /// The basis of the last pass, by which the energies were measured.
    private(set) var measured: [[Float]] = []
    /// By row of it: the difference's energy (sum of squares) along the row.
    private(set) var energies: [Double] = []
    /// The difference's whole energy.
    private(set) var total = 0.0

    init(_ difference: TensorDifference) {
        self.difference = difference
        let columns = difference.tensor.rowElements
        self.columns = columns
        var state: UInt64 = 0
        basis = LowRankUpdate.ranks.map { _ in
            (0..<columns).map { _ in
                // Any start does that isn't at right angles to what is looked for.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int32(truncatingIfNeeded: state >> 33)) * 0x1p-31
            }
        }
        makeOrthonormal()
    }

    /// One pass over both files, or over every so-manieth row: measures the basis and brings it nearer to what is looked for.
    mutating func improve(stride: Int = 1) {
        var energies = [Double](repeating: 0, count: basis.count)
        var total = 0.0
        var next = [[Float]](repeating: [Float](repeating: 0, count: columns), count: basis.count)
        difference.forEachRow(stride: stride) { row in
            let moved = row.moved
            total += Double(moved.dot(moved))
            for index in basis.indices {
                let along = moved.dot(basis[index])
                energies[index] += Double(along) * Double(along)
                next[index].add(moved, times: along)
            }
        }
        // The rows that count most come first, for those are what the others are made orthogonal to.
        let order = energies.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }
        self.energies = order.map { energies[$0] }
        self.total = total
        measured = order.map { basis[$0] }
        basis = order.map { next[$0] }
        makeOrthonormal()
    }

    private mutating func makeOrthonormal() {
        for index in basis.indices {
            // Twice, for the first time leaves what rounding hid.
            for _ in 0..<2 {
                for before in 0..<index { basis[index].add(basis[before], times: -basis[index].dot(basis[before])) }
                let norm = basis[index].dot(basis[index]).squareRoot()
                guard norm > 0 else { break }
                let inverse = 1 / norm
                for column in 0..<columns { basis[index][column] *= inverse }
            }
        }
    }
}

extension [Float] {
    /// Both have the same number of elements, a multiple of eight.
    func dot(_ other: [Float]) -> Float {
        unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                var sum = SIMD8<Float>()
                for place in stride(from: 0, to: Swift.min(left.count, right.count), by: 32) {
                    // Eight numbers from `place` are within both.
                    sum +=
                        unsafe left.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                        * right.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                }
                // In this order everywhere.
                return sum.indices.reduce(0) { $0 + sum[$1] }
            }
        }
    }

    /// Element by element.
    func times(_ other: [Float]) -> [Float] {
        var product = [Float](repeating: 0, count: count)
        unsafe product.withUnsafeMutableBytes { target in
            unsafe withUnsafeBytes { left in
                unsafe other.withUnsafeBytes { right in
                    for place in stride(from: 0, to: Swift.min(left.count, right.count), by: 32) {
                        // Eight numbers from `place` are within all three.
                        let numbers =
                            unsafe left.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                            * right.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                        unsafe target.storeBytes(of: numbers, toByteOffset: place, as: SIMD8<Float>.self)
                    }
                }
            }
        }
        return product
    }

    mutating func add(_ other: [Float], times factor: Float) {
        unsafe withUnsafeMutableBytes { target in
            unsafe other.withUnsafeBytes { source in
                for place in stride(from: 0, to: Swift.min(target.count, source.count), by: 32) {
                    // Eight numbers from `place` are within both.
                    let sum =
                        unsafe target.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                        + factor * source.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                    unsafe target.storeBytes(of: sum, toByteOffset: place, as: SIMD8<Float>.self)
                }
            }
        }
    }
}
