import Bundles
import Files
import Foundation
import Signatures
import Testing
import Trust

@testable import Updating

@Suite("What a thief gets: with each key and each server in turn, against what publishers and devices really run")
struct TheftTests {
    typealias Row = (stolen: TheftWorld.Keys, loot: TheftWorld.Loot)

    /// The keys of a repository that lie on its publisher's machine.
    static let online: TheftWorld.Keys = ["stable", "snapshot", "timestamp"]

    static let ownBundle: [Row] = [
        ([], .nothing), (["timestamp"], .nothing), (["snapshot"], .nothing), (["stable"], .nothing),
        (["targets"], .nothing), (["build"], .nothing), (["snapshot", "timestamp"], .nothing),
        (["stable", "targets"], .nothing),
        // A channel can name only what targets vouches for.
        (online, .refused("noTarget")), (online.union(["build"]), .refused("noTarget")),
        // The repository says yes, and the second layer no.
        (["targets", "snapshot", "timestamp"], .refused("notTrusted")),
        (online.union(["targets"]), .refused("notTrusted")), (["root"], .refused("notTrusted")),
        (online.union(["targets", "root"]), .refused("notTrusted")),
        // Both layers are his.
        (["build", "targets", "snapshot", "timestamp"], .gets("9.0.0")), (["build", "root"], .gets("9.0.0")),
    ]

    @Test("A bundle of his own", arguments: ownBundle)
    func own(row: Row) async throws {
        let world = try await TheftWorld(stolen: row.stolen)
        try world.offerOwnBundle()
        #expect(try world.update() == row.loot)
    }

    static let oldBundle: [Row] = [
        (["timestamp"], .nothing), (["snapshot"], .nothing), (["stable"], .nothing), (["targets"], .nothing),
        (["snapshot", "timestamp"], .nothing), (["build"], .nothing), (online, .gets("1.0.0")),
        (["targets", "snapshot", "timestamp"], .gets("1.0.0")), (["root"], .gets("1.0.0")),
    ]

    @Test(
        "An old bundle, truly signed: with the keys of a channel he chooses among what was published",
        arguments: oldBundle)
    func old(row: Row) async throws {
        let world = try await TheftWorld(stolen: row.stolen)
        try world.offerOldBundle()
        #expect(try world.update() == row.loot)
    }

    @Test("… and never below the floor", arguments: oldBundle.map(\.stolen) + [["root", "build"]])
    func floor(stolen: TheftWorld.Keys) async throws {
        let world = try await TheftWorld(stolen: stolen, floor: "1.1.0")
        try world.offerOldBundle()
        #expect(try world.update() == .nothing)
    }

    static let ownPolicy: [Row] = [
        ([], .nothing), (["build"], .nothing), (["targets"], .nothing), (online, .nothing),
        (["targets", "snapshot", "timestamp"], .refused("policyRefused")),
        (["root"], .refused("policyRefused")),
    ]

    @Test("A policy that names him: only the old policy's keys can say so", arguments: ownPolicy)
    func policy(row: Row) async throws {
        let world = try await TheftWorld(stolen: row.stolen)
        try world.publishOwnPolicy()
        #expect(try world.update() == row.loot)
    }

    /// What is stolen, and the last day on which a device notices nothing; nil for no end.
    static let freezes: [(stolen: TheftWorld.Keys, days: Int?)] = [
        ([], 0), (["snapshot"], 0), (["stable"], 0), (["targets"], 0), (["build"], 0), (["timestamp"], 6),
        (["snapshot", "timestamp"], 89), (online, 89), (["targets", "snapshot", "timestamp"], 364), (["root"], nil),
    ]

    @Test("A freeze: he hides what is new, until what he can't sign again expires", arguments: freezes)
    func freeze(stolen: TheftWorld.Keys, days: Int?) async throws {
        let world = try await TheftWorld(stolen: stolen)
        let hidden = try Files(of: world)
        try await world.publish("1.2.0")
        try hidden.serve()
        try world.sign(targets: [:], channel: nil)
        world.clock += Double(days ?? 3650) * 86400
        #expect(try world.update() == .nothing)
        guard days != nil else { return }
        world.clock += 86400
        #expect(try world.update() == .refused("expired"))
    }

    @Test("Whoever serves metadata, without a key, gets nothing", arguments: Metadata.allCases)
    func metadata(server: Metadata) async throws {
        let world = try await TheftWorld()
        let yesterday = try Files(of: world)
        try await world.publish("1.2.0")
        if server != .wrongBytes { #expect(try world.update() == .gets("1.2.0")) }
        try server.misbehave(world, yesterday)
        let loot = try world.update()
        #expect(server.refusals.contains { loot == .refused($0) }, "\(loot)")
    }

    /// What a server of metadata does.
    enum Metadata: CaseIterable {
        case oldTimestamp, everythingOld, oldTargets, oldSnapshot, wrongBytes, nothing

        func misbehave(_ world: TheftWorld, _ yesterday: Files) throws {
            let folder = world.folder.path + "/metadata/"
            func serve(_ old: String, as new: String) throws {
                try FileSystem.replace(folder + new, with: try FileSystem.read(folder + old))
            }
            // A device asks for what it doesn't have.
            func next(_ role: String) throws -> String { "\(try world.newest(role)).\(role).json" }
            func forget(_ roles: String...) throws {
                for role in roles { try FileSystem.remove("\(world.path)/device/trust/\(role).json") }
            }
            switch self {
            case .oldTimestamp:
                try FileSystem.replace(folder + "timestamp.json", with: yesterday["metadata/timestamp.json"])
            case .everythingOld: try yesterday.serve()
            case .oldTargets:
                try forget("targets")
                try serve("\(world.newest("targets") - 1).targets.json", as: next("targets"))
            case .oldSnapshot:
                try forget("snapshot")
                try serve("\(world.newest("snapshot") - 1).snapshot.json", as: next("snapshot"))
            case .wrongBytes: try FileSystem.replace(folder + "timestamp.json", with: [0x7B])
            case .nothing: try FileSystem.remove(folder + "timestamp.json")
            }
        }

        var refusals: [String] {
            switch self {
            case .oldTimestamp, .everythingOld: ["rollback"]
            // Signatures on curves differ in length.
            case .oldTargets, .oldSnapshot: ["wrongDigest", "wrongLength", "tooLong"]
            case .wrongBytes: ["malformedJSON"]
            case .nothing: ["notFound"]
            }
        }
    }

    /// Endings of files, and why another content is refused.
    static let mirrors = [
        ("index.json", "wrongDigest"), ("manifest.json", "wrongDigest"), (".sig", "wrongDigest"),
        ("stable.json", "wrongDigest"), (".modelpack", "damaged"),
    ]

    @Test("Whoever serves targets, a mirror say, gets nothing", arguments: mirrors)
    func targets(ending: String, refusal: String) async throws {
        let world = try await TheftWorld()
        try await world.publish("1.2.0")
        let before = try Files(of: world)
        for (path, bytes) in before.files where path.hasPrefix("targets/") && path.hasSuffix(ending) {
            // The length stays, so that the content alone decides.
            try FileSystem.replace(world.folder.path + "/" + path, with: bytes.map { $0 ^ 1 })
        }
        #expect(try world.update() == .refused(refusal))
        try before.serve()
        #expect(try world.update() == .gets("1.2.0"))
    }

    /// All that a repository serves at some moment.
    struct Files {
        let folder: String
        private(set) var files: [String: [UInt8]] = [:]

        init(of world: TheftWorld) throws {
            folder = world.folder.path
            try collect("metadata")
            try collect("targets")
        }

        subscript(path: String) -> [UInt8] { files[path] ?? [] }

        private mutating func collect(_ path: String) throws {
            for name in try FileSystem.list(folder + "/" + path) {
                let file = path + "/" + name
                if FileSystem.isDirectory(folder + "/" + file) {
                    try collect(file)
                } else {
                    files[file] = try FileSystem.read(folder + "/" + file)
                }
            }
        }

        /// Serves this again, and nothing else.
        func serve() throws {
            for top in ["metadata", "targets"] { try FileSystem.remove(folder + "/" + top) }
            for (path, bytes) in files {
                try FileSystem.createDirectory(FileSystem.parent(of: folder + "/" + path))
                try FileSystem.replace(folder + "/" + path, with: bytes)
            }
        }
    }
}
