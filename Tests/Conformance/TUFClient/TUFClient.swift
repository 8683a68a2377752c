import Files
import FoundationEssentials
import Glibc
import Transport
import Trust
import Updating

/// The device's TUF client behind the command line of the public conformance suite. Exits with 0 or 1.
@main
enum TUFClient {
    static func main() {
        guard let invocation = Invocation(Array(CommandLine.arguments.dropFirst())) else {
            fail(
                "usage: tuf-client --metadata-dir DIR [--metadata-url URL] [--target-name NAME]... "
                    + "[--target-dir DIR] [--target-base-url URL] (init ROOT | refresh | download)")
        }
        do {
            switch invocation {
            case .initialize(let folder, let root):
                try MetadataFolder(folder).store(try FileSystem.read(root), as: Root.name)
            case .refresh(let refresh): _ = try client(refresh).refresh(now: Date())
            case .download(let refresh, let download): try run(refresh, download)
            }
        } catch {
            fail("\(error)")
        }
    }

    private static func client(_ refresh: Invocation.Refresh) throws -> MetadataClient {
        MetadataClient(folder: MetadataFolder(refresh.folder), source: try source(at: refresh.metadata))
    }

    private static func run(_ refresh: Invocation.Refresh, _ download: Invocation.Download) throws {
        var fetcher = try TargetFetcher(
            refreshing: client(refresh), source: try source(at: download.targets), now: Date())
        for name in download.names {
            guard let file = try fetcher.find(name) else { fail("\(name): no such target") }
            // Flat, so that no target's name leads out of the folder or gets into another's way.
            let place = download.folder + "/" + urlComponent(name)
            if let kept = try? FileSystem.read(place, limit: file.length), (try? file.verify(kept)) != nil { continue }
            try FileSystem.replace(place, with: try fetcher.fetch(file, limit: 1 << 30))
        }
    }

    private static func fail(_ message: String) -> Never {
        let line = Array((message + "\n").utf8)
        // The array is valid for the call.
        _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
        exit(1)
    }
}
