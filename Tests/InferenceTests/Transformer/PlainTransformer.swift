import Foundation

/// The same models in double precision, straight from their papers: no cache, no batches, no kernels.
struct PlainTransformer {
    let model: TinyTransformer
    let weights: [String: [Double]]

    init(_ model: TinyTransformer) {
        self.model = model
        weights = model.weights().mapValues { $0.map(Double.init) }
    }

    /// The logits at every position.
    func logits(_ tokens: [Int32]) -> [[Double]] {
        let width = TinyTransformer.embedding
        var hidden = tokens.map { token in
            weights["token_embd.weight", default: []][Int(token) * width..<(Int(token) + 1) * width].map {
                model.isGemma ? $0 * Double(width).squareRoot() : $0
            }
        }
        for layer in 0..<model.layers {
            let attended = attention(layer, hidden.map { norm($0, "blk.\(layer).attn_norm") })
            for position in hidden.indices {
                add(attended[position], "blk.\(layer).post_attention_norm", to: &hidden[position])
                let normed = norm(hidden[position], "blk.\(layer).ffn_norm")
                let gate = rows("blk.\(layer).ffn_gate", normed).map(activation)
                let gated = zip(gate, rows("blk.\(layer).ffn_up", normed)).map(*)
                add(rows("blk.\(layer).ffn_down", gated), "blk.\(layer).post_ffw_norm", to: &hidden[position])
            }
        }
        return hidden.map { state in
            rows(model.tied ? "token_embd" : "output", norm(state, "output_norm")).map { capped($0, model.logitCap) }
        }
    }

    private func attention(_ layer: Int, _ inputs: [[Double]]) -> [[Double]] {
        let windowed = model.window > 0 && layer % 6 != 5
        let queries = inputs.enumerated().map { turned("attn_q", layer, $1, at: $0, windowed) }
        let keys = inputs.enumerated().map { turned("attn_k", layer, $1, at: $0, windowed) }
        let values = inputs.map { heads(biased("attn_v", layer, $0)) }
        let group = TinyTransformer.heads / TinyTransformer.keyValueHeads
        return inputs.indices.map { position in
            let first = windowed ? max(0, position - model.window + 1) : 0
            let outputs = (0..<TinyTransformer.heads).map { head in
                let likeness = (first...position).map { other in
                    let product = zip(queries[position][head], keys[other][head / group]).map(*).reduce(0, +)
                    return exp(capped(product / Double(TinyTransformer.headSize).squareRoot(), model.attentionCap))
                }
                let sum = likeness.reduce(0, +)
                return (0..<TinyTransformer.headSize).map { index in
                    zip(first...position, likeness).map { values[$0][head / group][index] * $1 }.reduce(0, +) / sum
                }
            }
            return rows("blk.\(layer).attn_output", outputs.flatMap { $0 })
        }
    }

    /// The heads of a projection, normed where the model has a norm for them, rotated by complex multiplication.
    private func turned(_ name: String, _ layer: Int, _ input: [Double], at position: Int, _ windowed: Bool)
        -> [[Double]]
    {
        let size = TinyTransformer.headSize
        let base = Double(windowed ? model.localBase : model.base)
        return heads(biased(name, layer, input)).map { head in
            var head = norm(head, "blk.\(layer).\(name)_norm")
            for pair in 0..<size / 2 {
                let (a, b) = model.architecture == "llama" ? (2 * pair, 2 * pair + 1) : (pair, pair + size / 2)
                var angle = Double(position) * pow(base, -2 * Double(pair) / Double(size))
                if !windowed { angle /= Double(model.squeeze) }
                if !model.rotaryFactors.isEmpty { angle /= Double(model.rotaryFactors[pair]) }
                (head[a], head[b]) = (
                    head[a] * cos(angle) - head[b] * sin(angle), head[a] * sin(angle) + head[b] * cos(angle)
                )
            }
            return head
        }
    }

    private func biased(_ name: String, _ layer: Int, _ input: [Double]) -> [Double] {
        let output = rows("blk.\(layer).\(name)", input)
        guard let bias = weights["blk.\(layer).\(name).bias"] else { return output }
        return zip(output, bias).map(+)
    }

    private func heads(_ values: [Double]) -> [[Double]] {
        stride(from: 0, to: values.count, by: TinyTransformer.headSize).map {
            Array(values[$0..<$0 + TinyTransformer.headSize])
        }
    }

    private func rows(_ name: String, _ input: [Double]) -> [Double] {
        let matrix = weights[name + ".weight", default: []]
        return stride(from: 0, to: matrix.count, by: input.count).map { start in
            zip(matrix[start..<start + input.count], input).map(*).reduce(0, +)
        }
    }

    /// As it is where the model has no such norm.
    private func norm(_ values: [Double], _ name: String) -> [Double] {
        guard let weights = weights[name + ".weight"] else { return values }
        let mean = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
        return zip(values, weights).map { $0 / (mean + Double(TinyTransformer.epsilon)).squareRoot() * $1 }
    }

    private func add(_ output: [Double], _ normName: String, to hidden: inout [Double]) {
        hidden = zip(hidden, norm(output, normName)).map(+)
    }

    private func activation(_ x: Double) -> Double {
        model.isGemma
            ? x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) : x / (1 + exp(-x))
    }

    private func capped(_ value: Double, _ cap: Float) -> Double {
        cap > 0 ? Double(cap) * tanh(value / Double(cap)) : value
    }
}
