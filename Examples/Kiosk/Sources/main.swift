import Foundation
import Updating

// kiosk FOLDER REPOSITORY ROOT.json POLICY.yaml
//
// Each line that comes in is a question, but for `/update`, `/back` and `/version`.

func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func say(_ text: String, terminator: String = "\n") {
    print(text, terminator: terminator)
    fflush(nil)
}

let arguments = CommandLine.arguments
guard arguments.count == 5 else {
    say("usage: kiosk FOLDER REPOSITORY ROOT.json POLICY.yaml")
    exit(64)
}
let device =
    try FileManager.default.fileExists(atPath: arguments[1] + "/device.yaml")
    ? ModelDevice(arguments[1])
    : ModelDevice.setUp(
        arguments[1], repository: arguments[2], trusting: bytes(arguments[3]), policy: bytes(arguments[4]))
let kiosk = try Kiosk(device)

while let line = readLine() {
    do {
        switch line {
        case "/version": say(kiosk.version ?? "none")
        case "/back":
            try kiosk.goBack()
            say("back at \(kiosk.version ?? "nothing")")
        case "/update":
            let result = try kiosk.update { event in
                if case .fetching(_, _, let done, let total) = event, done == total { say("fetched \(total) bytes") }
            }
            say([result?.outcome.rawValue, result?.version, result?.reason].compactMap(\.self).joined(separator: " "))
        default:
            try kiosk.answer(line) { say($0, terminator: "") }
            say("")
        }
    } catch let failure as any ModelpackError {
        // A person is told what can be done about it; the log, what it was.
        say(failure.kind == .notAvailable ? "the repository can't be reached" : "\(failure.kind)")
        FileHandle.standardError.write(Data("\(failure)\n".utf8))
    }
}
