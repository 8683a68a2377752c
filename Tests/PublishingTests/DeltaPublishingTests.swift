import Bundles
import Deltas
import Files
import Publishing
import Signatures
import TestModels
import Testing

@Suite("Deltas are published beside the bundle that they lead to")
struct DeltaPublishingTests {
    /// Three versions, of which every one differs from all others.
    private static func weights() throws -> [(version: String, bytes: [UInt8])] {
        let pair = try ModelPair(.q8_0, rows: 64)
        let third = try ModelPair(.q8_0, rows: 64, moved: 3)
        return [("1.0.0", pair.old), ("1.1.0", pair.new), ("1.2.0", third.new)]
    }

    private func list(_ world: TestWorld, _ version: String) throws -> [DeltaList.Entry] {
        try DeltaList(parsing: world.target("home/\(version)/\(DeltaList.name)")).deltas
    }

    @Test("From the newest versions, each delta gives the new weights")
    func made() async throws {
        let world = try TestWorld()
        let versions = try Self.weights()
        for (version, bytes) in versions {
            let published = try await world.publish(world.bundle(version, weights: bytes), deltaCount: 2)
            #expect(published.deltas.count == min(2, versions.firstIndex { $0.version == version } ?? -1))
        }
        let entries = try list(world, "1.2.0")
        #expect(Set(entries.map(\.from.text)) == ["1.0.0", "1.1.0"])
        for entry in entries {
            let delta = try world.target("home/1.2.0/\(entry.name)")
            #expect(entry.sha256 == .sha256(delta))
            #expect(entry.chunks == [.sha256(delta)])
            let old = try #require(versions.first { $0.version == entry.from.text }).bytes
            #expect(entry.base == .sha256(old))
            #expect(try ModelPair.apply(delta, to: old) == versions[2].bytes)
        }
        #expect(try FileSystem.list(world.folder.path).allSatisfy { !$0.hasPrefix(".unfinished") })
    }

    @Test("What lacks deltas gets them later, and those that are there stay")
    func later() async throws {
        let world = try TestWorld()
        for (version, bytes) in try Self.weights() { try await world.publish(world.bundle(version, weights: bytes)) }
        #expect(try world.find("home/1.2.0/\(DeltaList.name)") == nil)
        let again = world.path + "/home-1.2.0.modelpack"
        #expect(try await world.publish(again, deltaCount: 1).deltas.map(\.from) == ["1.1.0"])
        #expect(try await world.publish(again, deltaCount: 1).deltas.map(\.from) == [])
        #expect(try await world.publish(again, deltaCount: 2).deltas.map(\.from) == ["1.0.0"])
        #expect(try list(world, "1.2.0").count == 2)
    }

    @Test("A delta that is gone is missed, and made again where it is asked for")
    func gone() async throws {
        let world = try TestWorld()
        for (version, bytes) in try Self.weights() {
            try await world.publish(world.bundle(version, weights: bytes), deltaCount: 1)
        }
        let path = "home/1.2.0/from-1.1.0.delta", again = world.path + "/home-1.2.0.modelpack"
        let delta = try world.target(path)
        try FileSystem.remove(world.folder.target(try #require(try world.find(path)?.consistentPath)))
        #expect(try await world.publish(again).missing == [path])
        #expect(try await world.publish(again, deltaCount: 1).missing == [])
        #expect(try world.target(path) == delta)
    }

    @Test("The same weights, and weights without a likeness, get no delta")
    func useless() async throws {
        let world = try TestWorld()
        let one = try ModelPair(.q8_0, rows: 64), other = try ModelPair(.q4_0, rows: 64, seed: 9)
        try await world.publish(world.bundle("1.0.0", weights: one.old))
        #expect(try await world.publish(world.bundle("1.1.0", weights: one.old), deltaCount: 1).deltas.isEmpty)
        #expect(try await world.publish(world.bundle("1.2.0", weights: other.old), deltaCount: 1).deltas.isEmpty)
    }

    @Test(
        "A list that can't be is refused",
        arguments: [
            #"{"chunk_size":1,"deltas":[]}"#, #"{"deltas":[]}"#, "", "[]",
            #"{"chunk_size":1048576,"deltas":[{"from":"1.0.0","member":"../x","size":1,"base":"@","sha256":"@","chunks":["@"]}]}"#,
            #"{"chunk_size":1048576,"deltas":[{"from":"1.0.0","member":"a","size":0,"base":"@","sha256":"@","chunks":[]}]}"#,
            #"{"chunk_size":1048576,"deltas":[{"from":"1.0.0","member":"a","size":9,"base":"@","sha256":"@","chunks":[]}]}"#,
            #"{"chunk_size":1048576,"deltas":[{"from":"../","member":"a","size":9,"base":"@","sha256":"@","chunks":["@"]}]}"#,
        ])
    func malformed(text: String) {
        let text = text.replacing("@", with: Digest.sha256([]).hex)
        #expect(throws: BundleError.self) { try DeltaList(parsing: Array(text.utf8)) }
    }
}
