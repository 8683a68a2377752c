import Foundation
import Synchronization
import TestServer
import Testing

/// Updates through a server that does something wrong every now and then: `make faults` runs 200 of them.
@Suite("Whatever a server does, an update ends right or with the right exit code")
struct FaultTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// How many updates; each begins with a device that has 1.0.0.
    private static let updates = environment["FAULT_UPDATES"].flatMap { Int($0) } ?? 8
    private static let seed = environment["FAULT_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 32)

    /// The files of a repository, served with faults.
    private struct FaultyRepository {
        let schedule: FaultSchedule
        let server: MisbehavingServer

        init(_ folder: String, seed: UInt64) {
            let schedule = FaultSchedule(seed: seed)
            let cache = Mutex<[String: [UInt8]]>([:])
            self.schedule = schedule
            server = MisbehavingServer { request in
                let file = cache.withLock { cache in
                    if let known = cache[request.path] { return known }
                    let bytes = FileManager.default.contents(atPath: folder + request.path).map { [UInt8]($0) } ?? []
                    cache[request.path] = bytes
                    return bytes
                }
                let response = file.isEmpty ? Response.status(404) : .file(file, request)
                return schedule.respond(to: request, with: response, whole: file)
            }
        }
    }

    @Test("At random, with deltas and without", .timeLimit(.minutes(30)))
    func random() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let repository = FaultyRepository(shop["repo"], seed: Self.seed)
        try prepare(shop, repository.server.address)
        var endings: [Int32: Int] = [:]
        var faults: [Fault: Int] = [:]
        var wasted = 0
        for run in 0..<Self.updates {
            let device = shop["device-\(run)"]
            try shop.copy("device", to: "device-\(run)")
            // Few faults and many in turn; the first run has none.
            repository.schedule.begin(percent: [0, 5, 15, 30, 60][run % 5], run: run)
            // Every other device has lost what the delta starts from, and fetches the bundle itself.
            if run % 2 == 1 { try shop.spoil(device + "/models/home/versions/1.0.0/model/model.gguf") }
            let outcome = try shop("update", "--root", device, "--no-activate", "--json", "--quiet")
            let seen = repository.schedule.faults
            for fault in seen { faults[fault.fault, default: 0] += 1 }
            endings[outcome.status, default: 0] += 1
            let comment = Comment("seed \(Self.seed), update \(run), \(seen): \(outcome.errors)")
            #expect(Self.isRight(outcome.status, after: seen), comment)
            let model = (outcome.json["models"] as? [[String: Any]])?.first
            if outcome.status == 0 {
                #expect(model?["outcome"] as? String == "staged", comment)
                let waste = try #require(model?["wasted"] as? Int, comment)
                if seen.isEmpty, run % 2 == 0 { #expect(waste < 1 << 17, comment) }
                wasted += waste
            }
            // What is in use was not touched, and the next run, with a good server, converges.
            #expect(shop.link(device + "/models/home/current") == "versions/1.0.0", comment)
            repository.schedule.begin(percent: 0, run: run)
            try shop.must("update", "--root", device, "--no-activate", "--quiet")
            let staged = device + "/models/home/staging/1.1.0"
            try shop.must("verify", staged, "--policy", shop["policy.yaml"], "--skip-golden", "--thorough", "--quiet")
            try shop.remove(device)
        }
        let kinds = faults.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
        print("faults: seed \(Self.seed), \(Self.updates) updates, by exit code \(endings.sorted { $0.key < $1.key })")
        print("faults: \(kinds.joined(separator: ", ")); \(wasted) bytes wasted where the update went on")
    }

    @Test("One flipped byte of the bundle costs one chunk", arguments: [0, 1_500_000, 3_000_000])
    func flipped(place: Int) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let count = Mutex(0)
        let folder = shop["repo"]
        let server = MisbehavingServer { request in
            guard var file = FileManager.default.contents(atPath: folder + request.path).map({ [UInt8]($0) }) else {
                return .status(404)
            }
            let isFirst =
                request.path.hasSuffix(".modelpack")
                && count.withLock { count in
                    count += 1
                    return count == 1
                }
            // Behind the archive's first header.
            if isFirst { file[1024 + place] ^= 16 }
            return .file(file, request)
        }
        try prepare(shop, server.address)
        let before = server.requests.count
        try shop.remove(shop["device"] + "/models/home")
        let result = try shop.must("update", "--root", shop["device"], "--no-activate", "--json", "--quiet").json
        let model = try #require((result["models"] as? [[String: Any]])?.first)
        let ranges = server.requests.dropFirst(before).filter { $0.path.hasSuffix(".modelpack") }.compactMap(\.range)
        #expect((1...1 << 20).contains(try #require(model["wasted"] as? Int)))
        #expect(ranges.count >= 2)
        #expect((ranges.last?.count ?? .max) <= 1 << 20)
    }

    /// 0 may always be; the rest has to have a cause among the faults.
    private static func isRight(_ status: Int32, after faults: [(fault: Fault, path: String)]) -> Bool {
        switch status {
        case 0: true
        case 6: faults.contains { !$0.fault.isSilent }
        // What lies doesn't fit its digest or its signature.
        case 2, 3: faults.contains { $0.fault.isSilent }
        default: false
        }
    }

    /// A repository with two versions and a delta between them, and a device that has the first.
    private func prepare(_ shop: Workshop, _ address: String) throws {
        try shop.buildHome()
        try shop.must("repo", "init", shop["repo"], "--keys", shop["keys"], "--policy", shop["policy.yaml"])
        let publish = ["--repo", shop["repo"], "--keys", shop["keys"], "--channel", "stable", "--quiet"]
        #expect(try shop.run(["publish", shop["home.modelpack"]] + publish).status == 0)
        try shop.must(
            "device", "init", "--root", shop["device"], "--repository", address, "--trust",
            shop["repo/metadata/1.root.json"], "--policy", shop["policy.yaml"], "--channel", "stable")
        let limits = "limits: {stall_seconds: 1, retry_seconds: 0}\n"
        try shop.append(limits, to: shop["device/device.yaml"])
        try shop.must("update", "--root", shop["device"], "--from", shop["home.modelpack"], "--quiet")
        try shop.must(
            "build", Workshop.root + "/Manifests/home-1.1.yaml", "--output", shop["1.1.0.modelpack"], "--key",
            shop["build.key"])
        let second = try shop.run(["publish", shop["1.1.0.modelpack"], "--delta-from", "1"] + publish)
        #expect(second.status == 0, "\(second.errors)")
    }
}

extension Workshop {
    fileprivate func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: self[name], toPath: self[other])
    }

    fileprivate func remove(_ folder: String) throws {
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/" + path)
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    fileprivate func append(_ text: String, to file: String) throws {
        try (String(contentsOfFile: file, encoding: .utf8) + text).write(
            toFile: file, atomically: false, encoding: .utf8)
    }

    fileprivate func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Changes the last byte of a file.
    fileprivate func spoil(_ file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count - 1] ^= 1
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: bytes)
        try handle.close()
    }
}
