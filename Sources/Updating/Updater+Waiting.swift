import FoundationEssentials

extension Updater {
    /// Each trial past its deadline costs an attempt: before anything that may fail, for its end needs no repository.
    func endOverdueTrials(_ store: inout Store, _ now: Date) throws {
        for (name, state) in store.state.models.sorted(by: { $0.key < $1.key }) {
            if let trial = state.trial, Int(now.timeIntervalSince1970) > trial.deadline {
                try store.record(.overdue, of: name, at: now)
            }
        }
    }

    /// A trial that is still on ends the run for its model.
    func trialOf(_ name: String, in state: DeviceState) -> UpdateResult? {
        guard let trial = state.models[name]?.trial else { return nil }
        return UpdateResult(model: name, outcome: .trial, version: trial.release.version)
    }

    /// Keeps what waits in the state, for those who ask for it later.
    func remember(_ result: UpdateResult, in store: inout Store, _ now: Date) throws {
        let offer = result.offer
        guard store.state.models[result.model]?.offer != offer else { return }
        try store.record(.offered(offer), of: result.model, at: now)
    }
}

extension UpdateResult {
    /// The release that waits; nil where none does.
    var offer: ModelStatus.Offer? {
        switch outcome {
        case .waiting, .blocked, .staged, .undecided:
            version.map {
                ModelStatus.Offer(
                    version: $0, bytes: plan.map { $0.delta + $0.ranges }, waits: reason ?? outcome.rawValue)
            }
        default: nil
        }
    }
}
