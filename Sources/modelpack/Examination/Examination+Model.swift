import Bundles
import Files
import Inference
import Tensors
import Updating

extension Examination {
    /// Whether a bundle or GGUF file would run here, and as an update of the device at `layout`, if there is one.
    static func model(_ path: String, for layout: DeviceLayout) throws -> Examination {
        if try isGGUF(path) {
            var found = Examination(path)
            found.examine(try GGUFFile(path: path))
            return found
        }
        let bundle = try locating(path) { try Bundle(path: path) }
        var found = Examination(bundle.manifest.subject)
        let weights = try bundle.location(of: BundlePath.weights)
        found.examine(try GGUFFile(file: weights.file, range: weights.range))
        let configuration = try? DeviceConfiguration(existing: layout)
        found.examine(
            bundle.manifest.requires,
            DeviceAbilities.current(
                modelpack: modelpackVersion, runtimes: configuration?.runtimes))
        if let disk = bundle.manifest.requires.disk, configuration != nil {
            found.add("disk") {
                let free = try FileSystem.freeSpace(at: layout.root)
                guard disk <= free else { throw UpdateError.noSpace(needed: disk, free: free) }
                return "\(readable(disk)) required, \(readable(free)) free"
            }
        }
        return found
    }

    /// Whether the engine knows the model, and how much memory it takes.
    private mutating func examine(_ file: GGUFFile) {
        do {
            let model = try LanguageModel(file)
            add("engine", "\(model.shape.architecture.name), \(model.weightType), \(model.tokenizer.count) tokens")
            let weights = file.range.count, cache = model.shape.cacheBytes
            let text =
                "\(readable(weights)) of weights, \(readable(cache)) for a full context of "
                + "\(model.shape.contextLength) tokens"
            if weights + cache <= Self.available {
                add("to run", text)
            } else if weights <= Self.memory {
                warn("to run", text, hint: "more than is available now: a shorter context, or a smaller type")
            } else {
                refuse("to run", text, hint: "more than this machine has: `modelpack build` it in a smaller type")
            }
        } catch let error as any Explained {
            refuse("engine", error.message, hint: error.hint)
        } catch {
            refuse("engine", "\(error)")
        }
    }

    /// Each requirement by itself, so that all that is missing is told at once.
    private mutating func examine(_ requires: Manifest.Requirements, _ device: DeviceAbilities) {
        if let memory = requires.memory {
            judge("memory", device.unmet(of: .init(memory: memory)), "\(readable(memory)) required")
        }
        if !requires.cpu.isEmpty {
            judge("cpu", device.unmet(of: .init(cpu: requires.cpu)), requires.cpu.joined(separator: ", "))
        }
        if !requires.runtime.isEmpty {
            judge(
                "runtime", device.unmet(of: .init(runtime: requires.runtime)),
                requires.runtime.joined(separator: " or "))
        }
        if let version = requires.modelpack {
            judge("modelpack", device.unmet(of: .init(modelpack: version)), "\(version.text) or later")
        }
    }

    private mutating func judge(_ name: String, _ problem: UpdateError?, _ met: String) {
        if let problem { refuse(name, problem.message, hint: problem.hint) } else { add(name, met) }
    }
}
