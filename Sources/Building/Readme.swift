import Bundles

/// The bundle's `README.md`: what this is, for whoever finds it.
enum Readme {
    static func text(of manifest: Manifest) -> String {
        var lines = [
            "# \(manifest.name) \(manifest.version)", "",
            "A language model (architecture \(manifest.architecture), quantized to \(manifest.quantization.type)),"
                + " packed by modelpack.",
            "",
            "- `model/model.gguf` holds weights, tokenizer and chat template: plain GGUF, which llama.cpp loads as it is.",
            "- `manifest.json` says what the model is and what it needs.",
            "- `provenance.json` says what it was made from, `sbom.cdx.json` what it consists of.",
            "- `index.json` lists every file with its digest; the signatures in `signatures/` cover it.",
        ]
        if !manifest.suites.isEmpty { lines.append("- `golden/` holds the prompts that it must answer as expected.") }
        if let spdx = manifest.license?.spdx { lines += ["", "Licence: \(spdx)."] }
        if let base = manifest.lineage?.base { lines += ["", "Made from \(base)."] }
        return lines.joined(separator: "\n") + "\n"
    }
}
