/// A place for one sequence of a batch: what it has read, and what it is to read next.
struct BatchSlot {
    let caches: [LayerCache]
    /// The sequence so far: those whose keys and values are in the caches, and those to be read.
    private(set) var tokens: [Int32] = []
    /// How many of `tokens` have been read.
    private(set) var position = 0
    /// Which request is at work here; nil when none is.
    private(set) var request: Int?
    private var limit = 0
    private var wanted = 0
    private(set) var answer = BatchAnswer()
    /// The step in which it was last used.
    var lastUse = 0

    init(caches: [LayerCache]) { self.caches = caches }

    init(_ shape: ModelShape, capacity: Int) throws(InferenceError) {
        caches = try shape.layers.map { _ throws(InferenceError) in
            try LayerCache(heads: shape.keyValueHeads, headSize: shape.headSize, capacity: capacity)
        }
    }

    /// How many tokens are to be read.
    var unread: Int { request == nil ? 0 : tokens.count - position }

    /// How many of the first tokens of `request` stand here, read or to be read.
    func common(_ request: BatchRequest) -> Int {
        // Its own first logits have to be computed, so that far it can't be taken over.
        let most = min(tokens.count, request.tokens.count - 1, request.logitsFrom)
        return (0..<max(most, 0)).first { tokens[$0] != request.tokens[$0] } ?? max(most, 0)
    }

    /// Starts a request, of which `count` tokens are in the caches already.
    mutating func start(_ index: Int, _ request: BatchRequest, room: Int, having count: Int) {
        self.request = index
        tokens = request.tokens
        position = count
        limit = room
        wanted = request.logitsFrom
        answer = BatchAnswer()
    }

    /// Which of the next `count` tokens' logits are wanted, counted from the first of them.
    func wanted(of count: Int) -> Range<Int> { min(max(wanted - position, 0), count)..<count }

    /// Counts `count` tokens as read.
    mutating func advance(_ count: Int) { position += count }

    /// Takes the likeliest next token, which may be one that ends the sequence.
    mutating func take(_ token: Int32, ends: Bool) {
        if ends {
            answer.ending = .stop
        } else {
            answer.tokens.append(token)
            // The last one is not read: nothing follows it.
            if answer.tokens.count < limit { tokens.append(token) }
        }
    }

    /// Whether the logits at `position` say how the sequence goes on.
    func isContinued(after position: Int) -> Bool { limit > 0 && position == tokens.count - 1 }

    /// Whether all has been read and nothing follows.
    var isDone: Bool { request != nil && position == tokens.count }

    mutating func finish() { request = nil }
}
