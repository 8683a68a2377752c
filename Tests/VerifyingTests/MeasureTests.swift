import Testing

@testable import Verifying

@Suite("An interval")
struct MeasureTests {
    @Test(
        "of a share is Wilson's",
        arguments: [
            (0.0, 10.0, 0.0, 0.2775), (1.0, 10.0, 0.7225, 1.0), (0.5, 10.0, 0.2366, 0.7634),
            (0.27, 100.0, 0.1927, 0.3643), (59.0 / 60, 60.0, 0.9114, 0.9971),
        ])
    func wilson(_ share: Double, _ count: Double, _ low: Double, _ high: Double) {
        let interval = Proportions.interval(share, of: count)
        #expect(abs(interval.lowerBound - low) < 1e-4 && abs(interval.upperBound - high) < 1e-4)
    }

    /// The first is a worked example of Newcombe's (1998), the second one of Fagerland, Lydersen and Laake's.
    @Test(
        "of a difference of paired shares is Newcombe's",
        arguments: [
            (36.0, 12.0, 2.0, 0.0, 0.0569, 0.3404), (1.0, 1.0, 7.0, 12.0, -0.507, -0.026),
            (54.0, 0.0, 0.0, 0.0, -0.0664, 0.0664), (0.0, 30.0, 0.0, 0.0, 0.8395, 1.0),
            (59.0, 0.0, 1.0, 0.0, -0.0886, 0.0451),
        ])
    func newcombe(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ low: Double, _ high: Double) {
        let interval = Proportions.difference(.init(both: a, first: b, second: c, neither: d, count: a + b + c + d))
        #expect(abs(interval.lowerBound - low) < 2e-3, "\(interval)")
        #expect(abs(interval.upperBound - high) < 2e-3, "\(interval)")
    }

    @Test("of a mean goes by the spread between groups")
    func means() throws {
        let estimate = Estimate(meanOf: [[1, 1], [3, 3]])
        #expect(estimate.value == 2)
        // Two groups' means, 1 and 3: a standard error of 1.
        #expect(abs(try #require(estimate.error) - 1) < 1e-12)
        #expect(Estimate(meanOf: [[1, 2, 3]]).error == nil)
        #expect(Estimate(meanOf: []).value == 0)
        #expect(Estimate(meanOf: [[2], [2], [2]]).interval == 2...2)
    }
}
