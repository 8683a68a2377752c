import Bundles
import Deltas
import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestModels
import TestServer
import Testing
import Transport

@testable import Updating

@Suite("An update takes the cheapest way that there is")
struct DeltaUpdateTests {
    /// Two models of several chunks, every byte of whose matrix has moved.
    private static let pair = Result { try ModelPair(.i8, rows: 18_000, moved: 1) }

    /// A repository with both versions and a delta between them, and a device that has the first.
    private struct World: ~Copyable {
        let repository: RepositorySimulator
        let server: MisbehavingServer
        let device: TestDevice
        let pair: ModelPair
        let delta: [UInt8]

        init(
            _ behaviour: @escaping @Sendable (Request, Response) -> Response = { $1 },
            ignoringRange: @escaping @Sendable (Request) -> Bool = { _ in false }
        ) throws {
            let repository = try RepositorySimulator()
            let pair = try DeltaUpdateTests.pair.get(), delta = try pair.delta()
            let server = MisbehavingServer { request in
                let file = repository.files.withLock { $0[String(request.path.dropFirst())] }
                if let file, ignoringRange(request) { return .status(200, body: file) }
                return behaviour(request, repository.serve(request))
            }
            let device = try TestDevice(repository, at: server.address)
            try repository.release("1.0.0", weights: pair.old)
            #expect(try device.update().map(\.outcome) == [.installed])
            try repository.release("1.1.0", weights: pair.new)
            try repository.place(delta, from: "1.0.0", base: pair.old, to: "1.1.0")
            (self.repository, self.server, self.pair, self.delta) = (repository, server, pair, delta)
            self.device = device
        }

        /// The bytes that were asked for of the files with this ending, after the first install.
        func asked(_ ending: String) -> Int {
            server.requests.filter { $0.path.contains("/1.1.0/") && $0.path.hasSuffix(ending) }
                .reduce(0) { $0 + ($1.range?.count ?? 0) }
        }

        /// Changes a byte of the weights that the device has.
        func rot() throws {
            let path = device.layout.model("home").version("1.0.0") + "/" + BundlePath.weights
            try FileSystem.setMode(path, 0o644)
            try OpenFile(updating: path).write([pair.old[5000] ^ 1], at: 5000)
        }
    }

    @Test("A delta takes the place of the weights, and what is the same is not fetched at all")
    func delta() throws {
        let world = try World()
        let result = try #require(try world.device.update().first)
        #expect(result.outcome == .installed)
        #expect(try world.device.current() == "1.1.0")
        #expect(world.asked(".delta") == world.delta.count)
        // The manifest alone differs beside the weights; chunks near each other are fetched as one.
        #expect(world.asked(".modelpack") < 5000)
        #expect(result.fetched < world.delta.count + 5000)
        #expect(try FileSystem.list(world.device.layout.model("home").staging) == [])
    }

    @Test("A dry run tells where the bytes come from, and changes nothing")
    func dryRun() throws {
        let world = try World()
        let result = try #require(try world.device.update { $0.isDryRun = true }.first)
        #expect(result.outcome == .available)
        let plan = try #require(result.plan)
        #expect(plan.delta == world.delta.count)
        #expect(plan.deltaFrom == "1.0.0")
        #expect((1..<5000).contains(plan.ranges))
        #expect(plan.here > 0)
        #expect(plan.spaceNeeded > plan.delta + world.pair.new.count)
        #expect(world.asked(".delta") + world.asked(".modelpack") == 0)
        #expect(try FileSystem.list(world.device.layout.model("home").staging) == [])
    }

    @Test("A base that has rotted is told, and the bundle is fetched")
    func wrongBase() throws {
        let world = try World()
        try world.rot()
        let events = Mutex<[UpdateEvent]>([])
        let update = try world.device.update {
            $0.report = { event in events.withLock { $0.append(event) } }
        }
        let result = try #require(update.first)
        #expect(result.outcome == .installed)
        #expect(result.wasted >= world.delta.count)
        #expect(try world.device.current() == "1.1.0")
        let told = events.withLock { $0 }.contains { event in
            guard case .deltaFailed("home", "1.0.0", let error as DeltaError) = event else { return false }
            if case .wrongBase = error { return true }
            return false
        }
        #expect(told)
    }

    @Test("On a metered link the bundle is not fetched in the delta's place")
    func metered() throws {
        let world = try World()
        try world.rot()
        let result = try #require(try world.device.update { $0.isMetered = true }.first)
        #expect(result.outcome == .waiting)
        #expect(result.reason?.hasPrefix("metered") == true)
        #expect(world.asked(".modelpack") == 0)
        #expect(try world.device.state.confirmed?.version == "1.0.0")
        // The delta is here and is not fetched again.
        #expect(try world.device.update { $0.isMetered = true }.map(\.outcome) == [.waiting])
        #expect(world.asked(".delta") == world.delta.count)
        #expect(try world.device.update().map(\.outcome) == [.installed])
    }

    @Test("On a metered link a sound base is enough")
    func meteredDelta() throws {
        let world = try World()
        #expect(try world.device.update { $0.isMetered = true }.map(\.outcome) == [.installed])
    }

    @Test("On a metered link a server without ranges isn't read from the beginning")
    func meteredWithoutRanges() throws {
        let world = try World { request, response in
            guard request.path.contains("/1.1.0/"), request.path.hasSuffix(".modelpack"),
                case .status(206, _, let body) = response
            else { return response }
            return .status(200, body: body)
        }
        #expect(throws: TransportError.self) { try world.device.update { $0.isMetered = true } }
        #expect(try world.device.current() == "1.0.0")
        #expect(try world.device.update().map(\.outcome) == [.installed])
    }

    @Test(
        "A server without ranges is told by its second answer; then the bundle comes alone, once", arguments: [1, .max])
    func withoutRanges(times: Int) throws {
        let left = Mutex(times)
        let world = try World(ignoringRange: { request in
            guard request.range != nil, request.path.contains("/1.1.0/") else { return false }
            return left.withLock { left in
                left -= 1
                return left >= 0
            }
        })
        let result = try #require(try world.device.update().first)
        #expect(result.outcome == .installed)
        #expect(try world.device.current() == "1.1.0")
        let requests = world.server.requests.filter { $0.path.contains("/1.1.0/") }
        let whole = requests.filter { $0.path.hasSuffix(".modelpack") && $0.range == nil }
        #expect(requests.filter { $0.path.hasSuffix(".delta") }.map { $0.range == nil } == [false, false])
        if times == 1 {
            #expect(result.fetched < world.delta.count + 5000)
            #expect(whole.isEmpty)
        } else {
            #expect(result.fetched < world.pair.new.count + 5000)
            #expect(result.wasted < 20_000)
            #expect(whole.count == 1)
        }
    }

    @Test("A signed delta that leads elsewhere is told, and the bundle is fetched")
    func badDelta() throws {
        let world = try World()
        for bad in [try ModelPair.delta(from: world.pair.old, to: world.pair.old), Array("no delta".utf8)] {
            try world.repository.place(bad, from: "1.0.0", base: world.pair.old, to: "1.1.0")
            #expect(try world.device.update { $0.activates = false }.map(\.outcome) == [.staged])
            try FileSystem.remove(world.device.layout.model("home").staged("1.1.0"))
        }
        #expect(try world.device.update().map(\.outcome) == [.installed])
        #expect(try world.device.current() == "1.1.0")
    }

    @Test("A flipped bit in a delta costs one chunk; a delta that broke off is gone on with in the next run")
    func damage() throws {
        let count = Mutex(0)
        let world = try World { request, response in
            guard request.path.hasSuffix(".delta"), case .status(let status, var headers, var body) = response else {
                return response
            }
            let number = count.withLock {
                $0 += 1
                return $0
            }
            switch number {
            case 1: body[1_100_000] ^= 4
            case 2...4: return .raw([])
            case 5:
                headers["Content-Length"] = "\(body.count)"
                body.removeLast(body.count / 2)
            default: break
            }
            return .status(status, headers: headers, body: body)
        }
        #expect(throws: (any Error).self) { try world.device.update() }
        #expect(try world.device.current() == "1.0.0")
        let result = try #require(try world.device.update().first)
        #expect(result.outcome == .installed)
        #expect(result.fetched < (1 << 20) + 5000)
    }

    @Test("Each file comes by the way that costs least")
    func plans() throws {
        let world = try World()
        let index = try Bundles.Bundle(path: world.repository.folder + "/home-1.1.0.modelpack").index
        let member = try #require(index[BundlePath.weights])
        let chunks = [Chunk](
            of: member.path, size: member.size, chunkSize: index.chunkSize, digests: member.chunks, at: member.offset)
        let entry = DeltaList.Entry(
            from: try #require(SemanticVersion("1.0.0")), member: member.path, base: member.sha256, size: 400,
            sha256: member.sha256, chunks: [member.sha256])
        func offer(_ missing: Int) -> DeltaOffer {
            let chunk = Chunk(member: "", number: 0, offset: 0, range: 0..<missing, digest: member.sha256)
            return DeltaOffer(entry: entry, address: "\(missing)", base: "", missing: missing == 0 ? [] : [chunk])
        }
        let size = member.size
        let cases: [([Chunk], [DeltaOffer], delta: Int, ranges: Int, space: Int)] = [
            (chunks, [], 0, size, size),
            (chunks, [offer(400)], 400, 0, size + 400),
            (chunks, [offer(400), offer(300)], 300, 0, size + 300),
            (chunks, [offer(0)], 0, 0, size),
            (chunks, [offer(size)], 0, size, size),
            ([], [offer(400)], 0, 0, 0),
            ([chunks[0]], [offer(2 << 20)], 0, 1 << 20, 1 << 20),
        ]
        for (missing, offers, delta, ranges, space) in cases {
            let plan = FetchPlan(index, missing: [member.path: missing], offers: offers)
            #expect(plan.deltaBytes == delta)
            #expect(plan.rangeBytes == ranges)
            #expect(plan.space == space)
        }
        // The weights come first in a bundle: whatever else is wanted, a pass for it has them, too.
        let manifest = try #require(index[BundlePath.manifest])
        let others = [Chunk](
            of: manifest.path, size: manifest.size, chunkSize: index.chunkSize, digests: manifest.chunks,
            at: manifest.offset)
        for (others, pays) in [(others, false), ([], true)] {
            let missing = [member.path: chunks, manifest.path: others]
            let plan = FetchPlan(index, missing: missing, offers: [offer(400)])
            #expect(plan.paysWithoutRanges(offer(400), making: chunks) == pays)
        }
    }
}

extension RepositorySimulator {
    /// Places a delta between two versions' weights, and the list that names it.
    func place(_ delta: [UInt8], from old: String, base: [UInt8], to new: String) throws {
        let chunks = stride(from: 0, to: delta.count, by: 1 << 20).map {
            Digest.sha256(Array(delta[$0..<min($0 + 1 << 20, delta.count)]))
        }
        let entry = DeltaList.Entry(
            from: try #require(SemanticVersion(old)), member: BundlePath.weights, base: .sha256(base),
            size: delta.count, sha256: .sha256(delta), chunks: chunks)
        try place("home/\(new)/\(entry.name)", delta)
        try place("home/\(new)/\(DeltaList.name)", try DeltaList([entry]).encoded())
    }
}
