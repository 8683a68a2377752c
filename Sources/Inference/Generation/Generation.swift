extension LanguageModel {
    /// The tokens of plain text: no template, the first token as the model wants it.
    public func prompt(for text: String) -> [Int32] {
        let tokens = tokenizer.encode(text, parseSpecial: false)
        guard tokenizer.addsBOS, let bos = tokenizer.bos else { return tokens }
        return [bos] + tokens
    }

    /// Continues `prompt` until the model ends it, a stop comes or a limit is reached.
    ///
    /// - Parameters:
    ///   - onLogits: called for every sampled position, the end's included, with its logits and the token.
    ///   - onText: called with each piece of the answer as soon as it is certain; the pieces together are its text.
    package func generate(
        from prompt: [Int32], _ options: GenerationOptions, onLogits: (Span<Float>, Int32) throws -> Void,
        onText: ([UInt8]) throws -> Void = { _ in }
    ) throws -> Answer {
        guard !prompt.isEmpty else { throw InferenceError.contextFull(capacity: shape.contextLength, needed: 0) }
        let room = min(options.maxTokens, shape.contextLength - prompt.count)
        guard room >= 0 else {
            throw InferenceError.contextFull(capacity: shape.contextLength, needed: prompt.count)
        }
        var session = try Session(
            model: self, capacity: prompt.count + room, batch: options.batch, threads: options.threads,
            kernels: options.kernels)
        var sampler = Sampler(options.sampling)
        var scanner = StopScanner(options.stops)
        var answer = Answer(tokens: [], text: "", ending: .length, promptTokens: prompt.count)
        var bytes: [UInt8] = []
        func show(_ piece: [UInt8]) throws {
            guard !piece.isEmpty else { return }
            bytes += piece
            try onText(piece)
        }
        var next = prompt
        while answer.tokens.count < room, answer.ending != .stop {
            var token: Int32 = 0
            try session.read(next, logitsFrom: next.count - 1) { _, logits in
                token = sampler.choose(from: logits)
                try onLogits(logits, token)
            }
            if tokenizer.isEndOfGeneration(token) || options.stopTokens.contains(token) {
                answer.ending = .stop
                break
            }
            answer.tokens.append(token)
            next = [token]
            let (shown, stopped) = scanner.feed(tokenizer.decode([token]))
            try show(shown)
            if stopped { answer.ending = .stop }
        }
        try show(scanner.finish())
        answer.text = String(decoding: bytes, as: UTF8.self)
        return answer
    }

    /// Continues `prompt` until the model ends it, a stop comes or a limit is reached.
    ///
    /// - Parameters:
    ///   - prompt: token ids, as `prompt(for:)` makes them.
    ///   - onText: called on this thread with each piece of the answer as soon as it is certain, in whole characters; the
    ///     pieces together are its text. What it throws ends the answer, and is thrown on.
    public func generate(
        from prompt: [Int32], _ options: GenerationOptions, onText: (String) throws -> Void = { _ in }
    ) throws -> Answer {
        var pieces = WholeScalars()
        let answer = try generate(
            from: prompt, options, onLogits: { _, _ in },
            onText: { bytes in
                let text = pieces.feed(bytes)
                if !text.isEmpty { try onText(text) }
            })
        let rest = pieces.finish()
        if !rest.isEmpty { try onText(rest) }
        return answer
    }
}
