import Signatures
import Testing
import Trust

@Suite("A channel offers releases to parts of the devices")
struct ChannelTests {
    static func release(_ percent: Double) -> Channel.Release {
        Channel.Release(version: "1.0.0", index: .sha256([]), percent: percent, salt: [1, 2, 3])
    }

    @Test("Written with sorted names, and read back")
    func roundTrip() throws {
        let channel = Channel(models: ["home": .init(releases: [Self.release(12.5)])])
        let digest = Digest.sha256([]).hex
        let text =
            #"{"models":{"home":{"releases":[{"index_sha256":"\#(digest)","percent":12.5,"#
            + #""salt":"010203","step_back_from":[],"version":"1.0.0"}]}}}"#
        #expect(try String(decoding: channel.encoded, as: UTF8.self) == text)
        #expect(try Channel(parsing: channel.encoded) == channel)
        let newer = text.replacing(#""percent""#, with: #""future":{"x":1},"percent""#)
        #expect(try Channel(parsing: Array(newer.utf8)) == channel)
    }

    @Test("A larger percentage only adds devices, and takes about its share", arguments: [0, 0.07, 5, 50, 99.99, 100])
    func rollout(percent: Double) {
        let devices = (0..<4000).map { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let included = devices.filter { Self.release(percent).includes(deviceID: $0) }
        #expect(abs(Double(included.count) / 40 - percent) < 3)
        #expect(included.allSatisfy { Self.release(min(100, percent + 1)).includes(deviceID: $0) })
        if percent == 100 { #expect(included.count == 4000) }
        if percent == 0 { #expect(included.isEmpty) }
    }

    @Test(
        "Values that mean nothing are refused",
        arguments: [
            (#""percent":5"#, #""percent":101"#), (#""percent":5"#, #""percent":-1"#),
            (#""percent":5"#, #""percent":"5""#),
            (#""salt":"010203""#, #""salt":"xyz""#), (#""version""#, #""not_before":"soon","version""#),
            (#""index_sha256":"e3"#, #""index_sha256":""#), ("{", ""), (#""version":"#, #""v":"#),
        ])
    func refused(old: String, new: String) throws {
        let text = String(
            decoding: try Channel(models: ["home": .init(releases: [Self.release(5)])]).encoded, as: UTF8.self)
        let changed = text.replacing(old, with: new, maxReplacements: 1)
        #expect(changed != text)
        #expect(throws: TrustError.self) { try Channel(parsing: Array(changed.utf8)) }
    }
}

@Suite("Moments are TUF's")
struct MomentTests {
    @Test(
        "Read and written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2027-01-15T08:00:00Z", 1_800_000_000),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2000-03-01T00:00:00Z", 951_868_800), ("1969-12-31T23:59:59Z", -1),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func values(text: String, seconds: Int) throws {
        #expect(Moment(text)?.seconds == seconds)
        #expect(Moment(seconds: seconds).text == text)
    }

    @Test(
        "Other forms and days that do not exist are refused",
        arguments: [
            "", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15T08:00:00.5Z", "2027-01-15 08:00:00Z",
            "2027-13-01T00:00:00Z",
            "2027-02-29T00:00:00Z", "2027-04-31T00:00:00Z", "2027-01-00T00:00:00Z", "2027-01-15T24:00:00Z",
            "2027-01-15T00:60:00Z", "2027-01-15T00:00:60Z", "2027-01-15T08:00:00+", "+027-01-15T08:00:00Z",
        ])
    func refused(text: String) { #expect(Moment(text) == nil) }
}
