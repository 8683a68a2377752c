import Buckets

extension BucketError: Explained {
    var status: ExitStatus {
        switch self {
        case .badAddress, .noRegion, .badRegion, .badEndpoint, .insecureEndpoint: .usage
        case .noCredentials, .refused, .unexpected: .notAvailable
        case .malformedSettings: .localFile
        case .damaged: .damaged
        }
    }

    var message: String {
        switch self {
        case .badAddress(let text, let problem): "'\(text)' names no place in a bucket: \(problem.words)"
        case .malformedSettings(let path, let line): "\(path):\(line): neither a [section] nor a key = value"
        case .noCredentials(let profile):
            "no credentials for buckets, in the environment or of the profile '\(profile)'"
        case .noRegion(let profile): "no region for buckets, in the environment or of the profile '\(profile)'"
        case .badRegion(let region): "'\(region)' can't be a region"
        case .badEndpoint(let endpoint): "'\(endpoint)' is not the address of a service"
        case .insecureEndpoint(let endpoint): "\(endpoint): others can listen to http"
        case .refused(let address, let refusal):
            "\(address): the service answers with status \(refusal.status)"
                + (refusal.code.isEmpty ? "" : ", \(refusal.code)")
                + (refusal.message.isEmpty ? "" : ": \(refusal.message)")
        case .unexpected(let address, let what): "\(address): the service answers with \(what)"
        case .damaged(let path, let expected, let found):
            "\(path): expected sha256 \(expected.hex.prefix(16))…, found \(found.hex.prefix(16))…"
        }
    }

    var hint: String? {
        switch self {
        case .badAddress: "write it as s3://example-models/fleet"
        case .malformedSettings: "take the line out, or put # before it"
        case .noCredentials:
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; "
                + "`aws configure export-credentials --format env` shows those of a login"
        case .noRegion, .badRegion: "set AWS_REGION to the bucket's, such as eu-west-1"
        case .badEndpoint: "write AWS_ENDPOINT_URL as https://minio.example.com:9000"
        case .insecureEndpoint: "use https, or --plain-http where nobody else is on the way"
        case .refused(_, let refusal): refusal.hint
        case .unexpected: "see that AWS_ENDPOINT_URL leads to a service with S3's interface"
        case .damaged: "publish the version again"
        }
    }
}

extension BucketError.Refusal {
    /// What to do, by S3's list of error codes; by the status where there is none.
    fileprivate var hint: String? {
        switch code {
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity":
            return "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile's"
        case "ExpiredToken", "TokenRefreshRequired": return "log in again: these credentials were for some hours"
        case "RequestTimeTooSkewed", "RequestExpired": return "set this machine's clock"
        case "NoSuchUpload": return "somebody else ended this upload: run the command again"
        case "NoSuchBucket": return "check the bucket's name; buckets are not made here"
        case "AllAccessDisabled", "AccountProblem": return "ask who runs the bucket"
        default: break
        }
        if let region, code != "AccessDenied" { return "the bucket is elsewhere: set AWS_REGION=\(region)" }
        switch status {
        case 300..<400: return "set AWS_REGION to the bucket's region"
        case 401, 403: return "these credentials don't allow it: docs/serving.md lists what has to be allowed"
        case 429, 500...: return "run the command again a little later: what has been sent isn't sent again"
        default: return nil
        }
    }
}

extension BucketAddress.Problem {
    fileprivate var words: String {
        switch self {
        case .noScheme: "it begins with s3://"
        case .badBucket: "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens"
        case .badPrefix: "a prefix has names with single slashes between them, neither . nor .."
        }
    }
}
