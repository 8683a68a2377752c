import Building
import Verifying

/// What calibration did, as the commands print it.
struct CalibrationSummary: Encodable {
    let text: String
    let textSHA256: String
    let tokens: Int
    let seconds: Double
    let tensors: [Tensor]

    struct Tensor: Encodable {
        let name: String
        let type: String
        /// Relative squared errors on the text, by plain rounding and as written.
        let plainError: Double
        let error: Double

        private enum CodingKeys: String, CodingKey {
            case name, type, error
            case plainError = "plain_error"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case tokens, seconds, tensors
        case textSHA256 = "text_sha256"
    }

    init(_ report: CalibrationReport, text: CalibrationText, seconds: Double) {
        textSHA256 = text.digest.hex
        tokens = report.tokens
        self.seconds = seconds
        tensors = report.tensors.map {
            Tensor(name: $0.name, type: $0.type.name, plainError: $0.plain, error: $0.calibrated)
        }
        let rows = report.worst(5).map { [$0.name, $0.type.name, share($0.plain), share($0.calibrated)] }
        self.text =
            "calibrated on \(report.tokens) tokens of \(text.name) in \(fixed(seconds, 1)) s: errors on it are "
            + "\(fixed(report.ratio, 3)) of plain rounding's; the worst left:\n"
            + table([["tensor", "type", "plain", "calibrated"]] + rows)
    }
}
