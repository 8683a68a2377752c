import Building

extension BuildingError: Explained {
    var status: ExitStatus {
        switch self {
        case .notFinite, .overflow: .damaged
        case .elementType, .rule, .unusedRule, .shortCalibration, .sizeTooSmall, .calibratedAnchor: .usage
        }
    }

    var message: String {
        switch self {
        case .notFinite(let tensor, let row): "tensor \(tensor), row \(row): a number is infinite or not a number"
        case .overflow(let tensor, let row, let type): "tensor \(tensor), row \(row): a number is too large for \(type)"
        case .elementType(let name, _): "the type \(name) is not supported"
        case .rule(let text): "\(text): a rule is PATTERN=TYPE"
        case .unusedRule(let pattern): "no tensor's name matches the rule \(pattern)"
        case .shortCalibration(let name, let tokens, let needed):
            "\(name): \(tokens) tokens are too few to calibrate on; \(needed) are the least"
        case .sizeTooSmall(let wanted, let least):
            "\(wanted) bytes are too few: with the smallest types it is \(least)"
        case .calibratedAnchor: "weights that are calibrated can't be anchored as well"
        }
    }

    var hint: String? {
        switch self {
        case .notFinite: "the source is damaged, or its training went wrong"
        case .overflow: "choose bf16 or f32 for this tensor with a rule"
        case .elementType(let name, let supported):
            suggestion(for: name, among: supported, otherwise: "supported: " + supported.joined(separator: " "))
        case .rule: "for example --rule 'token_embd.weight=q8_0'"
        case .unusedRule: "modelpack inspect lists the names; patterns have * and ?"
        case .sizeTooSmall: "state a larger size, or give up rules for large types"
        case .calibratedAnchor: "leave out calibrate or the anchor"
        case .shortCalibration: "some 8,000 tokens of what the model will read are best"
        }
    }
}
