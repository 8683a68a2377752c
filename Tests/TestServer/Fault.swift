import Synchronization

/// What a server does wrong to one response.
package enum Fault: String, CaseIterable, Sendable {
    case flippedByte, wholeFileForRange, wrongContentRange, changedFile, stall, endlessBody, truncatedBody
    case redirectLoop, missing, serverError, closedConnection

    /// Whether it changes bytes and nothing else, so that only a digest tells.
    package var isSilent: Bool { self == .flippedByte || self == .changedFile }

    /// The response with this fault; `draw` is any number, for what is up to chance. `whole` is the whole file.
    package func applied(to response: Response, of request: Request, whole: [UInt8], draw: UInt64) -> Response {
        guard case .status(let status, var headers, var body) = response, !body.isEmpty else { return response }
        switch self {
        case .flippedByte:
            body[Int(draw % UInt64(body.count))] ^= UInt8(1 << (draw >> 32 & 7))
        case .wholeFileForRange:
            return .status(200, body: whole)
        case .wrongContentRange:
            guard let range = request.range else { return .status(206, headers: headers, body: body) }
            headers["Content-Range"] = "bytes \(range.lowerBound + 1)-\(range.upperBound)/\(whole.count + 1)"
        case .changedFile:
            // Another file of the same length has taken its place.
            headers["ETag"] = "\"another\""
            body = body.map { $0 ^ 0x55 }
        case .stall:
            return .stall(promised: body.count)
        case .endlessBody:
            return .endless
        case .truncatedBody:
            headers["Content-Length"] = "\(body.count)"
            body.removeLast(1 + Int(draw % UInt64(body.count)))
        case .redirectLoop:
            return .status(302, headers: ["Location": request.path])
        case .missing:
            return .status(404)
        case .serverError:
            return .status(503)
        case .closedConnection:
            return .raw([])
        }
        return .status(status, headers: headers, body: body)
    }
}

/// Faults by chance, the same ones for the same seed and requests, in whatever order connections come.
package final class FaultSchedule: Sendable {
    private struct State {
        var percent: UInt64 = 0
        var attempts: [String: Int] = [:]
        var faults: [(fault: Fault, path: String)] = []
    }

    private let seed: UInt64
    private let state = Mutex(State())

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// From now on `percent` of the responses have a fault; forgets which there were.
    package func begin(percent: Int, run: Int) {
        state.withLock {
            $0.percent = UInt64(percent)
            $0.attempts = ["": run]
            $0.faults = []
        }
    }

    /// The faults since the beginning.
    package var faults: [(fault: Fault, path: String)] { state.withLock { $0.faults } }

    /// The response, with a fault or without.
    package func respond(to request: Request, with response: Response, whole: [UInt8]) -> Response {
        guard !whole.isEmpty else { return response }
        return state.withLock { state in
            let key = request.path + " \(request.range.map { "\($0)" } ?? "")"
            state.attempts[key, default: 0] += 1
            var draw = Self.mix(seed ^ Self.mix(UInt64(state.attempts["", default: 0])))
            for byte in "\(key) \(state.attempts[key, default: 0])".utf8 { draw = Self.mix(draw ^ UInt64(byte)) }
            guard draw % 100 < state.percent else { return response }
            let fault = Fault.allCases[Int((draw >> 16) % UInt64(Fault.allCases.count))]
            state.faults.append((fault, request.path))
            return fault.applied(to: response, of: request, whole: whole, draw: Self.mix(draw))
        }
    }

    /// SplitMix64's last steps.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
