/// What sets an architecture's Hugging Face directory apart, as data.
struct ModelArchitecture {
    /// As `config.json` names it.
    let name: String
    /// As GGUF names it.
    let gguf: String
    /// The key and the value by which the config names the only activation that the architecture has.
    var activation = (key: "hidden_act", value: "silu")
    /// Whether GGUF has the halves of each head interleaved.
    var interleavesHeads = false
    /// Whether queries, keys and values have biases.
    var addsBiases = false
    /// Whether queries and keys have norms for their heads.
    var normsHeads = false
    /// Whether attention and feed-forward have norms behind them, and a norm's weight is stored as its distance from 1.
    var isGemma = false

    static let all = [
        ModelArchitecture(name: "LlamaForCausalLM", gguf: "llama", interleavesHeads: true),
        ModelArchitecture(name: "Qwen2ForCausalLM", gguf: "qwen2", addsBiases: true),
        ModelArchitecture(name: "Qwen3ForCausalLM", gguf: "qwen3", normsHeads: true),
        ModelArchitecture(
            name: "Gemma3ForCausalLM", gguf: "gemma3", activation: ("hidden_activation", "gelu_pytorch_tanh"),
            normsHeads: true, isGemma: true),
    ]
}
