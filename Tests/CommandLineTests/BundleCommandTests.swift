import Foundation
import Testing

@Suite("A bundle is the same everywhere, and no byte of it can change unseen")
struct BundleCommandTests {
    @Test("two builds in other folders, on other threads: the same file, unsigned; the same content, signed")
    func deterministic() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let manifests = shop["elsewhere/Manifests"]
        try FileManager.default.createDirectory(atPath: shop["elsewhere"], withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Workshop.root + "/Manifests", toPath: manifests)
        try FileManager.default.copyItem(atPath: Workshop.root + "/Models", toPath: shop["elsewhere/Models"])
        for file in ["LICENSE", "README.md"] {
            try? FileManager.default.copyItem(atPath: Workshop.root + "/" + file, toPath: shop["elsewhere/" + file])
        }

        let here = try shop.must(
            "build", Workshop.root + "/Manifests/home.yaml", "--output", shop["a.modelpack"], "--threads", "1", "--json"
        )
        let there = try shop.must(
            "build", manifests + "/home.yaml", "--output", shop["b.modelpack"], "--threads", "2", "--json")
        #expect(here.json["content_sha256"] as? String != nil)
        #expect(here.json["content_sha256"] as? String == there.json["content_sha256"] as? String)
        #expect(FileManager.default.contentsEqual(atPath: shop["a.modelpack"], andPath: shop["b.modelpack"]))

        try shop.must("keys", "generate", shop["key"])
        try shop.must("sign", shop["a.modelpack"], "--key", shop["key.key"])
        let signed = try shop.must("inspect", shop["a.modelpack"], "--json")
        #expect(signed.json["content_sha256"] as? String == here.json["content_sha256"] as? String)
    }

    @Test("500 flipped bytes: never exit 0, never a crash")
    func flips() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        try shop.must("verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--skip-golden")
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: shop["home.modelpack"]))
        let size = try handle.seekToEnd()
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        for trial in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Half of the places in the last 64 KiB: index, signatures, padding.
            let range = trial.isMultiple(of: 2) ? size : min(size, 65_536)
            let offset = size - 1 - (state >> 16) % range
            try handle.seek(toOffset: offset)
            let byte = try #require(try handle.read(upToCount: 1)?.first)
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data([byte ^ UInt8(1 << (state >> 61))]))
            let outcome = try shop(
                "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--skip-golden", "--quiet")
            #expect([2, 3].contains(outcome.status), "offset \(offset), seed \(seed): \(outcome.errors)")
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data([byte]))
        }
        try shop.must("verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--skip-golden")
    }

    @Test("the same bits with 1 and 2 threads, and with either kernels")
    func logits() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        var digests: Set<String> = []
        for threads in ["1", "2"] {
            for kernels in ["portable", "fastest"] {
                let run = try shop.must(
                    "run", shop["home.modelpack"], "--prompt", "turn off the tv in the guest room", "--threads",
                    threads,
                    "--kernels", kernels, "--json", "--quiet")
                digests.insert(run.json["logits_sha256"] as? String ?? "none")
                let expected = #"{"intent":"set_power","device":"tv","room":"guest_room","state":"off"}"#
                #expect(run.json["text"] as? String == expected)
            }
        }
        #expect(digests.count == 1)
    }
}
