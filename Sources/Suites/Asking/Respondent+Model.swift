import Inference
import Signatures
import Tensors

extension Respondent {
    /// Asks a model, many questions at once.
    package convenience init(_ model: LanguageModel, threads: Int, kernels: KernelSet = .fastest) {
        self.init(vocabulary: model.shape.vocabulary) { tasks, onResult in
            try model.answer(tasks, threads: threads, kernels: kernels, onResult: onResult)
        }
    }

    /// The bytes of `golden/recorded.jsonl` for the model in `file` and the suites among the bundle's members.
    package static func recorded(
        _ file: GGUFFile, suites: [(path: String, bytes: [UInt8])], threads: Int
    ) throws -> [UInt8] {
        var parsed: [Suite] = []
        for suite in suites { parsed.append(try Suite(parsing: suite.bytes, name: suite.path)) }
        try Suite.checkDistinct(parsed)
        return try Respondent(LanguageModel(file), threads: threads).record(parsed).encoded()
    }
}

extension LanguageModel {
    /// Answers all questions, greedily; `onResult` is told each task's index and result as soon as it is there.
    ///
    /// Returns how many tokens went through the model.
    @discardableResult
    package func answer(
        _ tasks: [AskingTask], threads: Int, kernels: KernelSet, onResult: (Int, AskingResult) throws -> Void
    ) throws -> Int {
        let prompts = try tokens(of: tasks.map(\.question.input))
        let sittings = zip(tasks, prompts).map { Sitting($0, prompt: $1, self) }
        guard let longest = sittings.map({ $0.length() }).max() else { return 0 }
        var batch = try Batch(
            model: self, capacity: longest, slots: min(tasks.count, Batch.usualSlots), threads: threads,
            kernels: kernels)
        // What each request is for: a task's answer, or a reading after it.
        var requests: [BatchRequest] = []
        var purposes: [(task: Int, reading: Sitting.Reading?)] = []
        func follow(_ index: Int) throws -> [(BatchRequest, Sitting.Reading)] {
            let readings = sittings[index].readings()
            purposes += readings.map { (index, $0.1) }
            if let result = sittings[index].result() { try onResult(index, result) }
            return readings
        }
        for (index, sitting) in sittings.enumerated() {
            if let request = sitting.request {
                requests.append(request)
                purposes.append((index, nil))
            } else {
                requests += try follow(index).map(\.0)
            }
        }
        try batch.run(requests) { request, position, logits in
            let (task, reading) = purposes[request]
            if let reading {
                sittings[task].take(logits, at: position, of: reading)
            } else {
                sittings[task].take(logits)
            }
        } onAnswer: { request, answer in
            let (task, reading) = purposes[request]
            if reading == nil {
                sittings[task].take(answer)
                return try follow(task).map(\.0)
            }
            sittings[task].endReading()
            if let result = sittings[task].result() { try onResult(task, result) }
            return []
        }
        return batch.tokensRead
    }

    /// The tokens of golden prompts.
    package func tokens(of inputs: [GoldenPrompt.Input]) throws -> [[Int32]] {
        var template: ChatTemplate?
        return try inputs.map { input in
            if case .conversation = input, template == nil { template = try chatTemplate() }
            return try tokens(of: input, template)
        }
    }

    private func tokens(of input: GoldenPrompt.Input, _ template: ChatTemplate?) throws -> [Int32] {
        switch input {
        case .text(let text): return prompt(for: text)
        case .conversation(let conversation):
            var input = ChatInput(messages: try TemplateValue(json: Array(conversation.messages.utf8)))
            if let tools = conversation.tools { input.tools = try TemplateValue(json: Array(tools.utf8)) }
            return try prompt(for: input, by: template)
        }
    }
}
