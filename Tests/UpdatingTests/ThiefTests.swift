import Bundles
import Files
import Foundation
import Signatures
import TestServer
import Testing
import Trust

@testable import Updating

@Suite("Every key of the repository together is not enough to get another's model onto a device")
struct ThiefTests {
    static let weights = noise(5000, seed: 3)

    /// A device that follows a repository whose every key the thief has, and one release of the true maker.
    final class World {
        let repository: RepositorySimulator
        let device: TestDevice

        init(floor: String? = nil) throws {
            repository = try RepositorySimulator()
            let folder = repository.folder + "/repository"
            device = try TestDevice(repository, at: folder)
            try repository.release("1.0.0", weights: ThiefTests.weights)
            try repository.release("1.1.0", weights: ThiefTests.weights + [1], floor: floor)
            #expect(try update().map(\.outcome) == [.installed])
        }

        func update() throws -> [UpdateResult] {
            let folder = repository.folder + "/repository"
            for (path, bytes) in repository.files.withLock({ $0 }) {
                try FileSystem.createDirectory(FileSystem.parent(of: folder + "/" + path))
                try FileSystem.replace(folder + "/" + path, with: bytes)
            }
            return try device.update()
        }

        /// The policy that the device goes by.
        var policy: Policy {
            get throws {
                try PolicyDocument(parsing: FileSystem.read(device.layout.policy), file: "policy").policy
            }
        }

        static func next(_ keys: [Result<PrivateKey, any Error>], version: Int = 2, signers: [PrivateKey]) throws
            -> [UInt8]
        {
            let named = try keys.enumerated().map {
                Policy.Key(name: "key \($0.offset)", key: try $0.element.get().publicKey)
            }
            var document = PolicyDocument(try Policy(version: version, threshold: 1, keys: named))
            for signer in signers { try document.sign(with: signer) }
            return document.encoded
        }
    }

    @Test("A bundle that the build key did not sign is refused")
    func forged() throws {
        let world = try World()
        try world.repository.release("2.0.0", weights: [6], signer: RepositorySimulator.strangersKey)
        #expect(throws: BundleError.notTrusted([.tooFewSigners(found: 0, threshold: 1)])) { try world.update() }
        #expect(try world.device.current() == "1.1.0")
    }

    @Test("An old bundle, truly signed, is not gone back to below the floor")
    func replayed() throws {
        let world = try World(floor: "1.1.0")
        try world.repository.offer { channel in
            channel.models["home"]?.releases.removeLast()
            channel.models["home"]?.releases[0].stepBackFrom = ["1.1.0"]
        }
        #expect(try world.update().map(\.outcome) != [.installed])
        #expect(try world.device.current() == "1.1.0")
    }

    @Test("A policy of the thief's own is not followed, whoever of them signs it")
    func ownPolicy() throws {
        let stranger = try RepositorySimulator.strangersKey.get(), root = try RepositorySimulator.rootKey.get()
        for signers in [[], [stranger], [stranger, root]] {
            let world = try World()
            try world.repository.place(
                PolicyDocument.path, World.next([RepositorySimulator.strangersKey], signers: signers))
            #expect(throws: SignatureError.self) { try world.update() }
            #expect(try world.policy.version == 1)
            #expect(try world.device.current() == "1.1.0")
        }
    }

    @Test(
        "A policy that the old keys sign is followed, also over versions that were missed; an older one changes nothing"
    )
    func rotation() throws {
        let world = try World()
        let build = try RepositorySimulator.bundleKey.get(), stranger = try RepositorySimulator.strangersKey.get()
        let second = try World.next(
            [RepositorySimulator.bundleKey, RepositorySimulator.strangersKey], signers: [build])
        let third = try World.next([RepositorySimulator.strangersKey], version: 3, signers: [stranger])
        try world.repository.place(PolicyDocument.path, third)
        #expect(throws: UpdateError.noTarget(PolicyDocument.path(version: 2))) { try world.update() }
        try world.repository.place(PolicyDocument.path(version: 2), second)
        #expect(try world.update().map(\.outcome) == [.upToDate])
        #expect(try world.policy.version == 3)
        try world.repository.place(PolicyDocument.path, second)
        #expect(try world.update().map(\.outcome) == [.upToDate])
        #expect(try world.policy.version == 3)
        // The first key is nobody's any more.
        try world.repository.release("1.2.0", weights: [7])
        #expect(throws: BundleError.notTrusted([.tooFewSigners(found: 0, threshold: 1)])) { try world.update() }
        try world.repository.offer { $0.models["home"]?.releases.removeLast() }
        try world.repository.release("1.3.0", weights: [8], signer: RepositorySimulator.strangersKey)
        #expect(try world.update().map(\.outcome) == [.installed])
    }
}
