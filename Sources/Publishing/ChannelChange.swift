import Files
import Signatures
import Trust

extension MetadataChange {
    /// Lets a new role of the channel's name speak for the channel, with these keys, one of which must sign.
    mutating func addChannel(_ name: String, keys: [PublicKey]) throws {
        let described = keys.map(RoleKey.init)
        try edit(Targets.name) { signed in
            var delegations = signed["delegations"] ?? ["keys": [:], "roles": []]
            for key in described { delegations["keys"]?[key.keyID] = key.json }
            let role: JSONValue = [
                "name": .string(name), "keyids": .array(described.map { .string($0.keyID) }), "threshold": 1,
                "paths": [.string(Channel.path(name))], "terminating": true,
            ]
            delegations["roles"] = .array((delegations["roles"]?.array ?? []) + [role])
            signed["delegations"] = delegations
        }
    }

    /// Places what a channel offers, and names it in the channel's role.
    mutating func setChannel(_ name: String, _ channel: Channel, in folder: RepositoryFolder) throws {
        let bytes = try channel.encoded, path = Channel.path(name)
        try folder.write(target: path, bytes)
        try setTarget(path, in: name, length: bytes.count, digest: .sha256(bytes))
    }
}
