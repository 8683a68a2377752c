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

    @Test("tanh, single: within 4 units in the last place, odd, and 1 from 10 on")
    func hyperbolicTangent() {
        var worst = 0.0
        for step in 0..<400_000 {
            // Twenty decades, then evenly from 0 to 10.
            let x = Float(
                step < 200_000 ? Foundation.pow(10, Double(step) / 10_000 - 19) : Double(step - 200_000) * 5e-5)
            let exact = Foundation.tanh(Double(x))
            worst = max(worst, abs(Double(ck_tanh(x)) - exact) / Double(Float(exact).ulp))
        }
        #expect(worst <= 4)
        for x: Float in [0, 1e-30, 0.1, 0.3466, 1, 9, 10, 50, .infinity] {
            #expect(ck_tanh(-x).bitPattern == (-ck_tanh(x)).bitPattern)
        }
        #expect(ck_tanh(10) == 1 && ck_tanh(.infinity) == 1)
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

    @Test("rotary angles are slowed by a scale and by each pair's factor")
    func rotaryTable() {
        let factors: [Float] = [1, 2, 8]
        var table = [Float](repeating: 0, count: 2 * 6)
        unsafe ck_rotary_table(5, 2, 6, 10_000, 0.25, factors, &table)
        for position in 0..<2 {
            for pair in 0..<3 {
                let slowed = Foundation.pow(10_000, -Double(2 * pair) / 6) / Double(factors[pair]) * 0.25
                let angle = Double(5 + position) * slowed
                #expect(abs(Double(table[(position * 3 + pair) * 2]) - Foundation.cos(angle)) < 1e-7)
                #expect(abs(Double(table[(position * 3 + pair) * 2 + 1]) - Foundation.sin(angle)) < 1e-7)
            }
        }
    }
}
