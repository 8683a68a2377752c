import Files

extension Credentials {
    /// What Docker's configuration says: `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`; nobody's where there is
    /// none.
    package static func docker(_ environment: [String: String], helper: @escaping Helper) throws -> Credentials {
        let folder = environment["DOCKER_CONFIG"] ?? (environment["HOME"] ?? "") + "/.docker"
        let path = folder + "/config.json"
        guard FileSystem.exists(path) else { return .none }
        return try Credentials(parsing: FileSystem.read(path, limit: 1 << 20), path: path, helper: helper)
    }
}
