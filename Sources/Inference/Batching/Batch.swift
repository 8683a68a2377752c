/// Several sequences that go through a model together, so that its weights are read once for all of them.
///
/// Each gives the same bits as if it were alone. What sequences have in common at their beginning is computed once.
package struct Batch: ~Copyable {
    /// Sequences beyond this number gain nothing.
    package static let usualSlots = 64
    /// Bytes that keys and values may take.
    static let memory = 1 << 30
    /// A shared beginning shorter than this isn't waited for.
    static let worthWaiting = 8

    private let session: LanguageModel.Session
    private var slots: [BatchSlot]
    /// The rotations of all positions so far, for each of the model's.
    private let angles: [FloatBuffer]
    private var preparedAngles = 0
    private var step = 0
    /// How many tokens went through the model.
    package private(set) var tokensRead = 0

    package var model: LanguageModel { session.model }
    /// Positions that a sequence may take.
    package var capacity: Int { session.capacity }

    /// - Parameters:
    ///   - capacity: the positions of the longest sequence.
    ///   - slots: how many sequences go together; by default what pays and fits.
    package init(
        model: LanguageModel, capacity: Int, slots: Int? = nil, threads: Int, kernels: KernelSet = .fastest
    ) throws(InferenceError) {
        let shape = model.shape
        let session = try LanguageModel.Session(model: model, capacity: capacity, threads: threads, kernels: kernels)
        let room = session.capacity
        let bytes = 8 * shape.layers.count * shape.keyValueHeads * shape.headSize * room
        let count = slots ?? max(1, min(Self.usualSlots, Self.memory / bytes))
        let others = try (1..<max(count, 1)).map { _ throws(InferenceError) in try BatchSlot(shape, capacity: room) }
        angles = try shape.rotaries.map { _ throws(InferenceError) in try FloatBuffer(count: room * shape.rotated) }
        self.slots = [BatchSlot(caches: session.caches)] + others
        self.session = session
    }

    /// Reads and continues all `requests`, in an order of its own.
    ///
    /// - Parameters:
    ///   - onLogits: told a request's index, a position in its sequence and the logits there.
    ///   - onAnswer: told a request's index and what came of it, once nothing more will be told of it; returns what is
    ///     to be read because of it, which gets the next indices.
    package mutating func run(
        _ requests: [BatchRequest], onLogits: (Int, Int, Span<Float>) throws -> Void,
        onAnswer: (Int, BatchAnswer) throws -> [BatchRequest]
    ) throws {
        var requests = requests
        for request in requests { try check(request) }
        for index in slots.indices { slots[index].finish() }
        // The last one is next; those that begin alike stand together.
        var waiting = Array(requests.indices).sorted {
            requests[$0].tokens == requests[$1].tokens
                ? $0 > $1 : requests[$1].tokens.lexicographicallyPrecedes(requests[$0].tokens)
        }
        func follow(_ index: Int, _ answer: BatchAnswer) throws {
            for request in try onAnswer(index, answer) {
                try check(request)
                waiting.append(requests.count)
                requests.append(request)
            }
        }
        while true {
            while let next = waiting.last {
                // Where nothing may follow, nothing is read.
                let isFull = requests[next].limit > 0 && room(for: requests[next]) == 0
                guard try isFull || admit(next, requests[next]) else { break }
                waiting.removeLast()
                if isFull { try follow(next, BatchAnswer()) }
            }
            guard slots.contains(where: { $0.request != nil }) else { return }
            try advance(onLogits)
            for index in slots.indices where slots[index].isDone {
                guard let request = slots[index].request else { continue }
                slots[index].finish()
                try follow(request, slots[index].answer)
            }
        }
    }

    private func check(_ request: BatchRequest) throws(InferenceError) {
        let context = session.model.shape.contextLength
        guard !request.tokens.isEmpty, request.tokens.count <= min(context, capacity) else {
            throw .contextFull(capacity: min(context, capacity), needed: request.tokens.count)
        }
        guard min(request.length, context) <= capacity else {
            throw .contextFull(capacity: capacity, needed: request.length)
        }
    }

    /// How many tokens may follow a request's.
    private func room(for request: BatchRequest) -> Int {
        min(request.limit, session.model.shape.contextLength - request.tokens.count)
    }

    /// Gives a request a place; false if it has to wait for one, or for what it shares with another.
    private mutating func admit(_ index: Int, _ request: BatchRequest) throws(InferenceError) -> Bool {
        let free = slots.indices.filter { slots[$0].request == nil }
        guard !free.isEmpty else { return false }
        let shared = slots.indices.map { slots[$0].common(request) }
        let ready = slots.indices.map { min(shared[$0], slots[$0].position) }
        let donor = slots.indices.max { ready[$0] < ready[$1] } ?? 0
        let promised = slots.indices.filter { slots[$0].request != nil }.map { shared[$0] }.max() ?? 0
        if promised >= ready[donor] + Self.worthWaiting { return false }
        let oldest = free.min { slots[$0].lastUse < slots[$1].lastUse } ?? free[0]
        let place = slots[donor].request == nil ? donor : oldest
        if place != donor {
            for (target, source) in zip(slots[place].caches, slots[donor].caches) {
                target.copy(ready[donor], of: source)
            }
        }
        slots[place].start(index, request, room: room(for: request), having: ready[donor])
        return true
    }

    /// Reads the next tokens of all sequences at work, as many as fit in a batch.
    private mutating func advance(_ onLogits: (Int, Int, Span<Float>) throws -> Void) throws {
        step += 1
        var tokens: [Int32] = []
        var runs: [(slot: Int, run: Run)] = []
        // Those that are being continued come first: each has one token to read.
        let working = slots.indices.filter { slots[$0].unread > 0 }.sorted { slots[$0].unread < slots[$1].unread }
        for index in working {
            let count = min(slots[index].unread, session.scratch.batch - tokens.count)
            if count == 0 { break }
            let position = slots[index].position
            runs.append(
                (index, Run(caches: slots[index].caches, position: position, row: tokens.count, count: count)))
            tokens += slots[index].tokens[position..<position + count]
            slots[index].lastUse = step
        }
        tokensRead += tokens.count
        prepareAngles(runs.map(\.run))
        try session.forward(tokens[...], runs.map(\.run))
        try emit(runs, onLogits)
        for (index, run) in runs { slots[index].advance(run.count) }
    }

    /// The rotations of the runs' rows.
    private mutating func prepareAngles(_ runs: [Run]) {
        let shape = session.model.shape, width = shape.rotated
        let needed = runs.map { $0.position + $0.count }.max() ?? 0
        for (number, rotary) in shape.rotaries.enumerated() {
            if needed > preparedAngles {
                fillAngles(
                    angles[number], row: preparedAngles, first: preparedAngles, tokens: needed - preparedAngles,
                    dimensions: width, rotary: rotary, factors: session.vectors.rotaryFactors)
            }
            for run in runs {
                session.scratch.angles[number].copy(
                    run.count * width, of: angles[number], from: run.position * width, to: run.row * width)
            }
        }
        preparedAngles = max(preparedAngles, needed)
    }

    /// Tells the logits that are wanted, and continues the sequences that are to be continued.
    private mutating func emit(
        _ runs: [(slot: Int, run: Run)], _ onLogits: (Int, Int, Span<Float>) throws -> Void
    ) throws {
        let width = session.model.shape.embedding, residual = session.scratch.residual
        var rows: [(slot: Int, position: Int)] = []
        for (index, run) in runs {
            for offset in slots[index].wanted(of: run.count) {
                // Rows move towards the front, past those whose logits nobody wants.
                if rows.count < run.row + offset {
                    residual.copy(width, of: residual, from: (run.row + offset) * width, to: rows.count * width)
                }
                rows.append((index, run.position + offset))
            }
        }
        let tokenizer = session.model.tokenizer
        for start in stride(from: 0, to: rows.count, by: session.scratch.logitRows) {
            let count = min(session.scratch.logitRows, rows.count - start)
            var chosen: [Int32] = []
            try session.emitLogits(rows: count, from: start) { offset, logits in
                let row = rows[start + offset]
                try onLogits(slots[row.slot].request ?? 0, row.position, logits)
                chosen.append(Int32(logits.indexOfMaximum))
            }
            for (offset, token) in chosen.enumerated() {
                let row = rows[start + offset]
                guard slots[row.slot].isContinued(after: row.position) else { continue }
                slots[row.slot].take(token, ends: tokenizer.isEndOfGeneration(token))
            }
        }
    }
}
