import Bundles
import Files

#if canImport(Glibc)
    import Glibc
#endif

/// What this device has, as far as models ask for it.
package struct DeviceAbilities: Equatable, Sendable {
    /// Bytes of memory.
    package var memory: Int
    /// As the kernel names them: `avx2`, `asimd`.
    package var cpu: Set<String>
    /// The version of the tool that installs.
    package var modelpack: SemanticVersion?
    /// What the apps here run models with, as `device.yaml` has it; nil where it doesn't say.
    package var runtimes: [String]?

    package init(memory: Int, cpu: Set<String>, modelpack: SemanticVersion?, runtimes: [String]? = nil) {
        self.memory = memory
        self.cpu = cpu
        self.modelpack = modelpack
        self.runtimes = runtimes
    }

    /// Asks the kernel.
    package static func current(modelpack: String, runtimes: [String]? = nil) -> DeviceAbilities {
        // The file's size reads as 0, so it is read as a stream would be.
        let text = (try? OpenFile(reading: "/proc/cpuinfo").read(1 << 20, at: 0)) ?? []
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        let features = lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return DeviceAbilities(
            memory: memory, cpu: Set(features.split(whereSeparator: { " \t:".contains($0) }).map(String.init)),
            modelpack: SemanticVersion(modelpack), runtimes: runtimes)
    }

    /// The first requirement that isn't met, in words that name it; nil where all are. A pure function.
    ///
    /// Any one of the runtimes that the model is made for will do; where the owner names none, the app judges.
    package func unmet(of requires: Manifest.Requirements) -> UpdateError? {
        if let needed = requires.memory, needed > memory {
            return .unmet(requirement: "memory", needed: "\(needed)", found: "\(memory)")
        }
        for feature in requires.cpu where !cpu.contains(feature.lowercased()) {
            return .unmet(requirement: "cpu", needed: feature, found: "none")
        }
        if let runtimes, !requires.runtime.isEmpty, Set(runtimes).isDisjoint(with: requires.runtime) {
            return .unmet(
                requirement: "runtime", needed: requires.runtime.joined(separator: " or "),
                found: runtimes.isEmpty ? "none" : runtimes.joined(separator: ", "))
        }
        if let needed = requires.modelpack, let modelpack, modelpack < needed {
            return .unmet(requirement: "modelpack", needed: needed.text, found: modelpack.text)
        }
        return nil
    }
}
