import Tensors
import Verifying

/// What changed between two releases as `--json` gives it.
struct ReleaseChangeReport: Encodable {
    let old: String
    let new: String
    let manifest: [ValueReport]
    let keys: [ValueReport]
    let same_tensors: Int
    let tensors: [TensorReport]
    let prompts: PromptReport
    let files: [FileReport]
    let update: UpdateCost

    struct ValueReport: Encodable {
        let name: String
        let old: String?
        let new: String?
    }

    struct TensorReport: Encodable {
        let name: String
        let change: String
        var old: String?
        var new: String?
        var changed_blocks: Int?
        var blocks: Int?
    }

    struct PromptReport: Encodable {
        let added: [String]
        let gone: [String]
        let changed: [String]
    }

    struct FileReport: Encodable {
        let path: String
        let old_size: Int?
        let new_size: Int?
    }

    init(old: String, new: String, _ change: ReleaseChange, cost: UpdateCost) {
        self.old = old
        self.new = new
        func values(_ changes: [ValueChange]) -> [ValueReport] {
            changes.map { ValueReport(name: $0.name, old: $0.old, new: $0.new) }
        }
        manifest = values(change.manifest)
        keys = values(change.keys)
        same_tensors = change.tensors.same
        tensors = change.tensors.changed.map(TensorReport.init)
        prompts = PromptReport(
            added: change.prompts.added, gone: change.prompts.gone, changed: change.prompts.changed)
        files = change.files.map { FileReport(path: $0.path, old_size: $0.oldSize, new_size: $0.newSize) }
        update = cost
    }
}

extension ReleaseChangeReport.TensorReport {
    fileprivate init(_ tensor: TensorChange) {
        switch tensor.change {
        case .added(let type): self.init(name: tensor.name, change: "added", new: type.name)
        case .gone(let type): self.init(name: tensor.name, change: "gone", old: type.name)
        case .shape(let old, let new): self.init(name: tensor.name, change: "shape", old: "\(old)", new: "\(new)")
        case .type(let old, let new): self.init(name: tensor.name, change: "type", old: old.name, new: new.name)
        case .blocks(let changed, let total):
            self.init(name: tensor.name, change: "blocks", changed_blocks: changed, blocks: total)
        }
    }
}
