import Suites

/// A reason for no.
package enum Reason: Sendable, Equatable {
    /// The engine's bits are not those recorded at build time: something is damaged.
    case recordedDiffers(suite: String, id: String, difference: RecordedDifference)
    /// The weights are not the file that the provenance says was built.
    case weightsDiffer
    /// The weights, made once more, are others from this part on.
    case rebuiltDiffers(RebuiltPart)
    /// A file that the weights are made from is not the one that the provenance names.
    case sourceDiffers(name: String, SourceDifference)
    /// A prompt was recorded that is not in the suites.
    case recordedMissing(suite: String, id: String)
    /// The model is not a rounding of the reference that it should have been made from.
    case reference(Clue)
    /// Prompts of this tag are answered worse than by the baseline, beyond chance.
    case fell(Rate)
    /// The baseline answers it, the candidate doesn't.
    case broke(suite: String, id: String, Mismatch)
    /// A prompt of the baseline's suites that the candidate's lack.
    case gone(suite: String, id: String)
    /// A prompt that asks or expects something else than the baseline's of the same id.
    case changed(suite: String, id: String)
    /// A wrong answer, where every prompt has to be answered.
    case failed(suite: String, id: String, Mismatch)
    /// A measure beyond a limit of the gate.
    case limit(LimitResult)

    /// Whether the bundle is not what was built.
    package var isDamage: Bool {
        switch self {
        case .recordedDiffers, .recordedMissing, .weightsDiffer, .rebuiltDiffers, .sourceDiffers: true
        default: false
        }
    }

    /// The suite and id of the prompt that the reason is about.
    package var prompt: (suite: String, id: String)? {
        switch self {
        case .recordedDiffers(let suite, let id, _), .recordedMissing(let suite, let id), .broke(let suite, let id, _),
            .gone(let suite, let id), .changed(let suite, let id), .failed(let suite, let id, _):
            (suite, id)
        case .weightsDiffer, .rebuiltDiffers, .sourceDiffers, .reference, .fell, .limit: nil
        }
    }
}

/// Which of a recorded answer's parts is not the same.
package enum RecordedDifference: String, Sendable, Equatable {
    case tokens, logits
}

/// A part of the weights' file.
package enum RebuiltPart: Sendable, Equatable {
    /// What stands before the tensors.
    case keys
    case tensor(String)
}

/// What has become of a source's file.
package enum SourceDifference: String, Sendable, Equatable {
    case changed, gone, added
}
