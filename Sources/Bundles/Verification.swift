import Files
import FoundationEssentials
import Signatures

/// Proof that a value was signed as a policy demands; nothing outside this file can make one.
package struct Verified<Value: Sendable>: Sendable {
    package let value: Value
    /// The names of the policy's keys that signed, sorted.
    package let signers: [String]

    fileprivate init(_ value: Value, signers: [String]) {
        self.value = value
        self.signers = signers
    }
}

extension BundleHead {
    /// Verifies a bundle's head from the bytes of its documents, as a device has them before the payload.
    ///
    /// `signatures` are named by their paths in the bundle; without a time no certificate counts.
    package static func verify(
        index: [UInt8], manifest: [UInt8], signatures: [(path: String, bytes: [UInt8])], policy: Policy,
        at now: Date? = nil
    ) throws(BundleError) -> Verified<BundleHead> {
        let files = try read(signatures)
        let signers = try judge(files, index: .sha256(index), policy: policy, now)
        return Verified(try BundleHead(index: index, manifest: manifest, signatures: files), signers: signers)
    }

    /// Reads a head whose signers nobody asks for; signatures must agree with the index all the same.
    fileprivate init(
        unjudgedIndex index: [UInt8], manifest: [UInt8], signatures: [(path: String, bytes: [UInt8])]
    ) throws(BundleError) {
        try self.init(index: index, manifest: manifest, signatures: try Self.read(signatures))
    }

    private static func read(_ signatures: [(path: String, bytes: [UInt8])]) throws(BundleError) -> [SignatureFile] {
        guard signatures.count <= BundleLimits.signatures else {
            throw .limitExceeded(.signatures, limit: BundleLimits.signatures, found: signatures.count)
        }
        var files: [SignatureFile] = []
        for (path, bytes) in signatures { files.append(try SignatureFile(path: path, bytes: bytes)) }
        return files
    }

    /// The signers, when the policy accepts them and every signature is for this index: all that happens before the
    /// index is parsed.
    private static func judge(
        _ signatures: [SignatureFile], index: Digest, policy: Policy, _ now: Date?
    ) throws(BundleError) -> [String] {
        for file in signatures {
            guard file.signature.resources.contains(.init(name: BundlePath.index, digest: index)) else {
                throw .signatureDoesNotCover(path: BundlePath.index, signature: file.path)
            }
        }
        switch policy.judge(signatures.map(\.signature), at: now) {
        case .accepted(let signers): return signers
        case .refused(let refusals): throw .notTrusted(refusals)
        }
    }

    /// Index, then manifest by the index's digest, then whether each signature is for just these members.
    private init(index bytes: [UInt8], manifest: [UInt8], signatures: [SignatureFile]) throws(BundleError) {
        contentDigest = .sha256(bytes)
        index = try Index(parsing: bytes)
        guard let member = index[BundlePath.manifest] else { throw .missing(path: BundlePath.manifest) }
        let digest = Digest.sha256(manifest)
        guard digest == member.sha256 else {
            throw .damaged(path: member.path, offset: 0, expected: member.sha256, found: digest)
        }
        self.manifest = try Manifest(parsing: manifest)
        self.signatures = signatures
        let resources = SignatureFile.resources(of: index, digest: contentDigest)
        for file in signatures {
            guard file.signature.resources == resources else {
                throw .signatureDoesNotCover(path: BundlePath.index, signature: file.path)
            }
            guard file.signature.subject == self.manifest.subject else {
                throw .signatureDoesNotCover(path: BundlePath.manifest, signature: file.path)
            }
        }
    }
}

extension Bundle {
    /// How many threads hash unless the caller says otherwise.
    package static let defaultThreads = 4

    /// Opens a bundle, packed or unpacked, and checks every byte against the index; who signed it is not asked.
    package init(path: String, thorough: Bool = false, threads: Int = defaultThreads) throws {
        let files = try BundleFiles.open(path)
        let head = try BundleHead(
            unjudgedIndex: files.index, manifest: try files.manifest(), signatures: files.signatures)
        self = try Bundle.check(head, files, thorough: thorough, threads: threads)
    }

    /// Opens a bundle, packed or unpacked, and verifies it: form, signatures, then digests.
    ///
    /// `thorough` also recomputes each member's digest over the whole of it. Without a time no certificate counts.
    package static func verify(
        path: String, policy: Policy, at now: Date? = nil, thorough: Bool = false, threads: Int = defaultThreads
    ) throws -> Verified<Bundle> {
        let files = try BundleFiles.open(path)
        let head = try BundleHead.verify(
            index: files.index, manifest: try files.manifest(), signatures: files.signatures, policy: policy,
            at: now)
        return Verified(
            try check(head.value, files, thorough: thorough, threads: threads), signers: head.signers)
    }

    /// Opens the bundle whose head was verified before its payload came.
    package static func verify(
        unpacked folder: String, as head: Verified<BundleHead>, thorough: Bool = false, threads: Int = defaultThreads
    ) throws -> Verified<Bundle> {
        let files = try BundleFiles.unpacked(folder)
        let digest = Digest.sha256(files.index)
        guard digest == head.value.contentDigest else {
            throw BundleError.damaged(
                path: BundlePath.index, offset: 0, expected: head.value.contentDigest, found: digest)
        }
        return Verified(
            try check(head.value, files, thorough: thorough, threads: threads), signers: head.signers)
    }

    private static func check(
        _ head: BundleHead, _ files: BundleFiles, thorough: Bool, threads: Int
    ) throws -> Bundle {
        try files.compare(with: head.index)
        for member in head.index.members {
            guard let location = files.payload[member.path] else { throw BundleError.missing(path: member.path) }
            try member.check(location, thorough: thorough, threads: threads)
        }
        return Bundle(head: head, files: files)
    }
}

extension ForeignModel {
    /// Verifies a plain folder by an OMS signature that another tool may have made.
    ///
    /// `ignored` are paths that the caller passes over; what the signer left out without that refuses the folder.
    package static func verify(
        folder: String, signaturePath: String, policy: Policy, ignoring ignored: [String] = [], at now: Date? = nil
    ) throws -> Verified<ForeignModel> {
        let bytes = try FileSystem.read(signaturePath, limit: BundleLimits.index)
        let signature: ModelSignature
        do throws(SignatureError) {
            signature = try ModelSignature(parsingForeign: bytes)
        } catch {
            throw BundleError.malformedSignature(path: signaturePath, error)
        }
        switch policy.judge([signature], at: now) {
        case .accepted(let signers):
            let model = try ForeignModel(
                folder: folder, signature: signature, signaturePath: signaturePath, ignoring: ignored)
            return Verified(model, signers: signers)
        case .refused(let refusals): throw BundleError.notTrusted(refusals)
        }
    }
}

extension BundleFiles {
    fileprivate func manifest() throws(BundleError) -> [UInt8] {
        guard let location = payload[BundlePath.manifest] else { throw .missing(path: BundlePath.manifest) }
        guard location.range.count <= BundleLimits.document else {
            throw .limitExceeded(.documentSize, limit: BundleLimits.document, found: location.range.count)
        }
        return location.bytes
    }

    /// Members, sizes and, in an archive, places must be the index's, no more and no less.
    fileprivate func compare(with index: Index) throws(BundleError) {
        for member in index.members {
            guard let location = payload[member.path] else { throw .missing(path: member.path) }
            let range = layout == nil ? 0..<member.size : member.range
            guard location.range == range else {
                throw .indexDisagrees(path: member.path, offset: location.range.lowerBound)
            }
        }
        if payload.count != index.members.count {
            let declared = Set(index.members.map(\.path))
            throw .undeclared(path: payload.keys.filter { !declared.contains($0) }.min() ?? "")
        }
        if let layout, layout.time != index.time { throw .indexDisagrees(path: BundlePath.index, offset: 0) }
    }
}
