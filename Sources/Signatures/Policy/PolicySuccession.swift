/// How one policy takes the place of another, as TUF's roots do (specification 5.3): pure, bytes in, policy out.
package enum PolicySuccession {
    /// Why a document is not the next policy.
    package enum Refusal: Equatable, Sendable {
        /// Versions go up by one.
        case version(found: Int, expected: Int)
        /// Too few keys of the policy with this version signed.
        case tooFewSigners(found: Int, threshold: Int, version: Int)
        /// The policy with this version requires a key that has not signed.
        case missingSigner(String, version: Int)
        /// A signature names this key and does not verify.
        case invalidSignature(key: String)
    }

    /// The policy after `current`: one version on, signed by the threshold of the keys of both, and by those keys that
    /// either requires.
    ///
    /// Certificates don't count here: a root decides who signs models, not who is believed.
    package static func next(after current: Policy, _ candidate: PolicyDocument) throws(SignatureError) -> Policy {
        let next = candidate.policy
        guard next.version == current.version + 1 else {
            throw .policyRefused(.version(found: next.version, expected: current.version + 1))
        }
        for policy in [current, next] {
            let signers = try candidate.signers(among: policy)
            guard signers.count >= policy.threshold else {
                throw .policyRefused(
                    .tooFewSigners(found: signers.count, threshold: policy.threshold, version: policy.version))
            }
            let keys = Set(policy.keys.map(\.name))
            for name in policy.required where keys.contains(name) && !signers.contains(name) {
                throw .policyRefused(.missingSigner(name, version: policy.version))
            }
        }
        return next
    }
}
