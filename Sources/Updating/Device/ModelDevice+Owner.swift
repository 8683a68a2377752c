import FoundationEssentials

extension ModelDevice {
    /// Keeps the version that is on trial, and returns the version that is confirmed.
    ///
    /// Where nothing is on trial there is nothing to do, so an app may call it at each start.
    @discardableResult
    public func confirm(_ model: String) throws -> String {
        try change { store, configuration in
            let state = store.state.models[model]
            if state?.trial != nil || state?.confirmed == nil {
                try store.change(model, by: .confirmed, clock: Date())
                _ = try store.collect(model, keeping: configuration.keep, clock: Date())
            }
            guard let confirmed = store.state.models[model]?.confirmed else { throw store.state.unknownModel(model) }
            return confirmed.version
        }
    }

    /// Goes back to the version before, and blocks the one that is left.
    ///
    /// Throws a failure of the kind `usage` where there is no version to go back to, `refused` where it is blocked itself.
    @discardableResult
    public func rollBack(_ model: String) throws -> RollbackResult {
        try change { store, _ in
            let left = store.state.models[model]?.active?.version
            try store.change(model, by: .rolledBack, clock: Date())
            return RollbackResult(left: left, confirmed: store.state.models[model]?.confirmed?.version)
        }
    }
}

/// What came of going back.
public struct RollbackResult: Equatable, Sendable {
    /// The version that was in use, and is blocked now.
    public let left: String?
    /// The version that is in use instead; nil where a first trial was left.
    public let confirmed: String?
}
