import CKernels
import Foundation
import Testing

@Suite("The arithmetic's own functions are close to libm's")
struct FunctionTests {
    @Test("exp, single: within 2 units in the last place from -87 to 88")
    func exponential() {
        for step in 0..<350_000 {
            let x = -87 + Float(step) * 5e-4
            let exact = Foundation.exp(Double(x))
            let error = abs(Double(ck_exp(x)) - exact) / Double(Float(exact).ulp)
            #expect(error <= 2, "exp(\(x))")
            if error > 2 { break }
        }
        #expect(ck_exp(-87.1) == 0)
        #expect(ck_exp(200) == ck_exp(88))
        #expect(ck_exp(0) == 1)
    }

    @Test("exp, log, sin and cos, double: within 4 units in the last place of 1")
    func doubles() {
        for step in 0...20_000 {
            let x = Double(step) * 0.0351 - 350
            #expect(abs(ck_exp_double(x) / Foundation.exp(x) - 1) < 4 * 0x1p-52)
            let positive = Foundation.exp(x / 10)
            #expect(abs(ck_log_double(positive) - Foundation.log(positive)) < 4 * 0x1p-52 * max(1, abs(x / 10)))
            let angle = Double(step) * 6.55
            #expect(abs(ck_sin_double(angle) - Foundation.sin(angle)) < 4 * 0x1p-52)
            #expect(abs(ck_cos_double(angle) - Foundation.cos(angle)) < 4 * 0x1p-52)
        }
    }
}
