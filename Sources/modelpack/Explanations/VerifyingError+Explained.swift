import Verifying

extension VerifyingError: Explained {
    var status: ExitStatus {
        switch self {
        case .unknownArithmetic: .notForThisDevice
        case .unknownMeasure: .damaged
        }
    }

    var message: String {
        switch self {
        case .unknownArithmetic(let found, let known):
            "the outputs were recorded with arithmetic \(found); this modelpack computes with "
                + known.map { "\($0)" }.joined(separator: ", ")
        case .unknownMeasure(let measure, let known):
            "the gate limits \(measure); this modelpack measures \(known.joined(separator: ", "))"
        }
    }

    var hint: String? {
        switch self {
        case .unknownArithmetic: "verify with a modelpack of that arithmetic, or ask only the suites with --skip-golden"
        case .unknownMeasure: "state other limits with --gate"
        }
    }
}
