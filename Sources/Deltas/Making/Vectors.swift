// All are in a fixed order of IEEE additions and multiplications, so that they are the same everywhere.

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

extension [[Float]] {
    /// Makes the vectors orthonormal, each to those before it.
    mutating func makeOrthonormal() {
        for index in indices {
            // Twice, for the first time leaves what rounding hid.
            for _ in 0..<2 {
                for before in 0..<index { self[index].add(self[before], times: -self[index].dot(self[before])) }
                let norm = self[index].dot(self[index]).squareRoot()
                guard norm > 0 else { break }
                let inverse = 1 / norm
                for place in self[index].indices { self[index][place] *= inverse }
            }
        }
    }

    /// One vector for each of `factors`: the sum of these vectors, times its numbers.
    func combined(_ factors: [[Float]]) -> [[Float]] {
        factors.map { factors in
            var sum = [Float](repeating: 0, count: self[0].count)
            for (vector, factor) in zip(self, factors) { sum.add(vector, times: factor) }
            return sum
        }
    }
}
