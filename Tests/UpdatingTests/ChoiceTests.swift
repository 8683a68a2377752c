import FoundationEssentials
import Signatures
import Testing
import Trust

@testable import Updating

@Suite("A device chooses from what its channel offers")
struct ChoiceTests {
    static let id = [UInt8](repeating: 7, count: 16)
    static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func offer(
        _ version: String, percent: Double = 100, notBefore: Int? = nil, stepBackFrom: [String] = []
    ) -> Channel.Release {
        Channel.Release(
            version: version, index: .sha256(Array(version.utf8)), percent: percent, salt: [1, 2, 3],
            notBefore: notBefore.map { Moment(seconds: $0) }, stepBackFrom: stepBackFrom)
    }

    private func state(_ confirmed: String?, floor: String? = nil, blocked: [String] = []) -> ModelState {
        var state = ModelState()
        state.confirmed = confirmed.map { Installed(version: $0, indexSHA256: Digest.sha256(Array($0.utf8)).hex) }
        state.floor = floor
        state.blocked = blocked.map {
            Blocked(version: $0, indexSHA256: Digest.sha256(Array($0.utf8)).hex, reason: "")
        }
        return state
    }

    private func chosen(_ offers: [Channel.Release], _ state: ModelState) -> Choice {
        choose(from: offers, state: state, device: Self.id, now: Self.now)
    }

    @Test("The highest version that is higher than the confirmed one")
    func highest() {
        let offers = [offer("1.9.0"), offer("1.10.0"), offer("1.10.0-rc.1"), offer("not a version")]
        #expect(chosen(offers, state(nil)) == .install(offers[1]))
        #expect(chosen(offers, state("1.9.0")) == .install(offers[1]))
        #expect(chosen(offers, state("1.10.0")) == .upToDate)
        #expect(chosen(offers, state("2.0.0")) == .upToDate)
        #expect(chosen([], state(nil)) == .upToDate)
    }

    @Test("What is blocked, too early, below the floor or not rolled out waits, and the next best is taken")
    func waits() {
        let old = offer("1.1.0")
        #expect(chosen([old, offer("1.2.0", percent: 0)], state("1.0.0")) == .install(old))
        #expect(chosen([offer("1.2.0", percent: 0)], state("1.0.0")) == .wait(version: "1.2.0", .rollout(percent: 0)))
        let later = offer("1.2.0", notBefore: 1_790_000_001)
        #expect(chosen([later], state(nil)) == .wait(version: "1.2.0", .notBefore(later.notBefore ?? "")))
        #expect(
            chosen([offer("1.2.0", notBefore: 1_790_000_000)], state(nil))
                == .install(offer("1.2.0", notBefore: 1_790_000_000)))
        #expect(chosen([old], state("1.0.0", blocked: ["1.1.0"])) == .wait(version: "1.1.0", .blocked))
        #expect(chosen([old], state(nil, floor: "1.2.0")) == .wait(version: "1.1.0", .belowFloor("1.2.0")))
    }

    @Test("A step back is taken from the versions that it names, and leads to no loop")
    func stepBack() {
        let offers = [offer("1.1.0", stepBackFrom: ["1.2.0"]), offer("1.2.0")]
        #expect(chosen(offers, state("1.2.0")) == .install(offers[0]))
        #expect(chosen(offers, state("1.1.0")) == .upToDate)
        #expect(chosen(offers, state("1.3.0")) == .upToDate)
        #expect(chosen(offers, state("1.0.0")) == .install(offers[0]))
        #expect(chosen(offers, state("1.2.0", floor: "1.2.0")) == .wait(version: "1.1.0", .belowFloor("1.2.0")))
    }

    @Test("A larger rollout holds every device of a smaller one, and about its share of all")
    func rollout() {
        var before: Set<Int> = []
        for percent in [0.0, 1, 5, 25, 50, 99.99, 100] {
            let devices = (0..<500).filter { device in
                let id = Array(Digest.sha256(Array("\(device)".utf8)).bytes.prefix(16))
                return offer("1.0.0", percent: percent).includes(deviceID: id)
            }
            #expect(before.isSubset(of: devices))
            #expect(abs(Double(devices.count) / 5 - percent) < 8)
            before = Set(devices)
        }
        #expect(before.count == 500)
    }
}
