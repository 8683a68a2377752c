import Foundation
import Updating

// kiosk FOLDER REPOSITORY ROOT.json POLICY.yaml
//
// Each line that comes in is a question, but for `/update`, `/stop`, `/back` and `/version`. An update doesn't keep the
// kiosk from answering.

func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

@Sendable func say(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
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

/// A person is told what can be done about an error; the log, what it was.
@Sendable func attempt(_ body: () throws -> Void) {
    do { try body() } catch let error as any ModelpackError {
        switch error.kind {
        case .cancelled: say("stopped; the next update goes on")
        case .notAvailable: say("the repository can't be reached")
        case let kind: say("\(kind)")
        }
        FileHandle.standardError.write(Data("\(error)\n".utf8))
    } catch {
        say("\(error)")
    }
}

while let line = readLine() {
    switch line {
    case "/version": say(kiosk.version ?? "none")
    case "/back":
        attempt {
            try kiosk.goBack()
            say("back at \(kiosk.version ?? "nothing")")
        }
    case "/update" where !kiosk.beginUpdate(): say("an update is under way")
    case "/update":
        Thread.detachNewThread { [kiosk] in
            attempt {
                let result = try kiosk.update { event in
                    guard case .fetching(_, _, let done, let total) = event, done == total else { return }
                    say("fetched \(total) bytes")
                }
                let words = [result?.outcome.rawValue, result?.version, result?.reason]
                say(words.compactMap(\.self).joined(separator: " "))
            }
        }
    case "/stop": kiosk.stopUpdate()
    default:
        attempt {
            try kiosk.answer(line) { say($0, terminator: "") }
            say("")
        }
    }
}
