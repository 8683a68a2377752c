import Transport

/// Who this is to a service of buckets, and where that service is: as Amazon's own tools would have it.
package struct BucketAccess: Sendable {
    package let keyID: String
    package let secret: String
    /// Goes with keys that live for some hours.
    package let token: String?
    package let region: String
    /// Where another service than Amazon's is; nil for Amazon's.
    package let endpoint: String?

    /// Takes what the environment says, then the credentials file, then the configuration file.
    package init(
        environment: [String: String], credentials: SettingsFile, config: SettingsFile
    ) throws(BucketError) {
        func variable(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let profile = variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE") ?? "default"
        if let keyID = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") {
            (self.keyID, self.secret, token) = (keyID, secret, variable("AWS_SESSION_TOKEN"))
        } else {
            let file = [credentials, config].first { $0.value("aws_access_key_id", profile: profile) != nil }
            guard let keyID = file?.value("aws_access_key_id", profile: profile),
                let secret = file?.value("aws_secret_access_key", profile: profile)
            else { throw .noCredentials(profile: profile) }
            (self.keyID, self.secret) = (keyID, secret)
            token = file?.value("aws_session_token", profile: profile)
        }
        endpoint =
            variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? config.value("endpoint_url", profile: profile)
        let region = variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? config.value("region", profile: profile)
        // Services of others sign for Amazon's first region unless told otherwise.
        guard let region = region ?? endpoint.map({ _ in "us-east-1" }) else { throw .noRegion(profile: profile) }
        guard region.utf8.allSatisfy({ Self.isNameByte($0) }) else { throw .badRegion(region) }
        self.region = region
    }

    /// The address that a bucket's objects are below, without a slash at its end.
    ///
    /// `isPlain`: over http as well, as services on this machine may always be.
    func base(of bucket: String, isPlain: Bool) throws(BucketError) -> String {
        if let endpoint { return try Self.checked(endpoint, isPlain: isPlain) + "/" + bucket }
        let service = "s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
        // Certificates have no room for the dots of a bucket's name.
        return bucket.contains(".") ? "https://\(service)/\(bucket)" : "https://\(bucket).\(service)"
    }

    private static func checked(_ endpoint: String, isPlain: Bool) throws(BucketError) -> String {
        let base = endpoint.hasSuffix("/") ? endpoint.dropLast() : endpoint[...]
        let isSecure = base.hasPrefix("https://")
        guard isSecure || base.hasPrefix("http://") else { throw .badEndpoint(endpoint) }
        let rest = base.dropFirst(isSecure ? 8 : 7)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, host.utf8.allSatisfy({ isNameByte($0) || ".:[]".utf8.contains($0) }),
            rest.utf8.allSatisfy({ isNameByte($0) || ".:[]/~".utf8.contains($0) })
        else { throw .badEndpoint(endpoint) }
        guard isSecure || isPlain || isLoopback(String(host)) else { throw .insecureEndpoint(endpoint) }
        return String(base)
    }

    /// Letters, digits, `-` and `_`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
    }
}
