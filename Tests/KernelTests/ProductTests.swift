import CKernels
import Foundation
import KernelVectors
import Testing

private let types = [
    CK_F32, CK_F16, CK_BF16, CK_Q8_0, CK_Q4_0, CK_Q4_1, CK_Q5_0, CK_Q5_1, CK_Q2_K, CK_Q3_K, CK_Q4_K, CK_Q5_K, CK_Q6_K,
    CK_IQ4_NL,
]

@Suite("Products have the same bits on every set of kernels")
struct ProductTests {
    /// Lanes are rows or tokens, so shapes end within registers, tiles and groups; long rows are read in stretches.
    @Test(
        "as the portable kernels, and a batch as its tokens one by one", arguments: types,
        [
            (1, 256, 40), (1, 2304, 17), (2, 512, 3), (7, 256, 9), (8, 256, 16), (9, 768, 21), (15, 256, 4),
            (16, 256, 5), (17, 2304, 6), (33, 512, 7), (64, 256, 33),
        ])
    func agreement(type: ck_type, size: (tokens: Int, columns: Int, rows: Int)) {
        for which in Which.here {
            for content in 0..<KV_CONTENTS.rawValue {
                let agrees = which.agrees(type, size, threads: 1 + content % 3, kv_content(content))
                #expect(agrees, "\(which), content \(content)")
            }
        }
    }

    @Test("small types in rows of any number of blocks", arguments: types)
    func oddRows(type: ck_type) {
        guard ck_row_bytes(Int32(type.rawValue), 32) > 0 else { return }
        for which in Which.here {
            for size in [(1, 32, 18), (1, 576, 18), (5, 96, 18), (20, 2080, 18)] {
                #expect(which.agrees(type, size, threads: 1, KV_ORDINARY), "\(which), \(size)")
            }
        }
    }

    @Test("as an independent reference in Python: products, quantizing, norms, attention and functions")
    func vectors() {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = tests.appending(path: "Vectors/arithmetic-1.txt").path
        for which in Which.here { #expect(which.checked(path) == 536, "\(which)") }
    }

    @Test("a name that no kernels have, and types and rows that have no layout")
    func unknown() {
        #expect(unsafe ck_named("fastest") == nil)
        #expect(ck_row_bytes(9, 256) == 0)
        #expect(ck_row_bytes(Int32(CK_Q4_K.rawValue), 288) == 0)
        #expect(ck_row_bytes(Int32(CK_Q6_K.rawValue), 512) == 420)
    }
}

extension Which {
    /// Whether products have the bits of the portable kernels.
    fileprivate func agrees(
        _ type: ck_type, _ size: (tokens: Int, columns: Int, rows: Int), threads: UInt32, _ content: kv_content
    ) -> Bool {
        guard let kernels = unsafe kernels else { return false }
        return unsafe kv_agrees(
            kernels, Int32(threads), Int32(type.rawValue), Int32(size.tokens), Int32(size.columns), Int32(size.rows),
            content)
    }

    /// How many vectors of a file came out; negative: the line that didn't.
    fileprivate func checked(_ path: String) -> Int {
        guard let kernels = unsafe kernels else { return 0 }
        return unsafe kv_check_vectors(path, kernels)
    }
}
