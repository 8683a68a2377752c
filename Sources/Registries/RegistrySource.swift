import Synchronization
import Transport

/// Opens the repository at an address: `oci://…`, in a registry, or where `source(at:)` knows the way.
package func repository(
    at address: String, credentials: @autoclosure () throws -> Credentials, options: HTTPOptions
) throws -> any Source {
    guard address.hasPrefix(Reference.scheme) else { return try source(at: address, options: options) }
    return RegistrySource(
        try RegistryClient(Reference(parsing: address), isPlain: false, credentials: credentials(), options: options))
}

/// A repository that lies in a registry as one artifact, read as if it were a folder.
///
/// Its state is the one that the tag names when the first file is asked for.
package final class RegistrySource: Source {
    private let client: RegistryClient
    private let files: Mutex<[String: Descriptor]?>

    package convenience init(_ client: RegistryClient) { self.init(client, nil) }

    private init(_ client: RegistryClient, _ files: [String: Descriptor]?) {
        self.client = client
        self.files = Mutex(files)
    }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        let blob = try blob(at: path)
        guard blob.size <= limit else { throw TransportError.tooLong(address: address(path), limit: limit) }
        try translating(path) { try client.fetch(blob, into: sink) }
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        let blob = try blob(at: path)
        if range.isEmpty { return }
        try translating(path) { try client.fetch(blob, range: range, into: sink) }
    }

    package func another() throws(TransportError) -> any Source {
        RegistrySource(try client.another(), files.withLock { $0 })
    }

    private func blob(at path: String) throws -> Descriptor {
        let known = try files.withLock { files throws in
            if let files { return files }
            let found = try translating("") { try Self.files(of: client) }
            files = found
            return found
        }
        guard let name = percentDecoded(path), let blob = known[name] else {
            throw TransportError.notFound(address: address(path))
        }
        return blob
    }

    private static func files(of client: RegistryClient) throws -> [String: Descriptor] {
        let (manifest, _) = try client.manifest()
        guard manifest.artifactType == Artifact.repositoryType else {
            throw RegistryError.notARepository(
                client.reference.text, artifactType: manifest.artifactType ?? manifest.config.mediaType)
        }
        let files = manifest.layers.compactMap { layer in layer.path.map { ($0, layer) } }
        return Dictionary(files, uniquingKeysWith: { first, _ in first })
    }

    private func address(_ path: String) -> String {
        Reference.scheme + client.reference.text + (path.isEmpty ? "" : "/" + path)
    }

    /// What a mirror could be asked for instead is said as every source says it.
    private func translating<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch RegistryError.refused(_, let status, _, _) {
            throw status == 404
                ? TransportError.notFound(address: address(path))
                : TransportError.refused(address: address(path), status: status)
        } catch RegistryError.noSuchArtifact {
            throw TransportError.notFound(address: address(path))
        } catch RegistryError.unauthorized {
            throw TransportError.refused(address: address(path), status: 401)
        }
    }
}
