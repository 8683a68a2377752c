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

    package init(memory: Int, cpu: Set<String>, modelpack: SemanticVersion?) {
        self.memory = memory
        self.cpu = cpu
        self.modelpack = modelpack
    }

    /// Asks the kernel.
    package static func current(modelpack: String) -> DeviceAbilities {
        // The file's size reads as 0, so it is read as a stream would be.
        let text = (try? OpenFile(reading: "/proc/cpuinfo").read(1 << 20, at: 0)) ?? []
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        let features = lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return DeviceAbilities(
            memory: memory, cpu: Set(features.split(whereSeparator: { " \t:".contains($0) }).map(String.init)),
            modelpack: SemanticVersion(modelpack))
    }

    /// The first requirement that isn't met, in words that name it; nil where all are. A pure function.
    ///
    /// Runtimes are for the app to judge: nothing here knows which it has.
    func unmet(of requires: Manifest.Requirements) -> UpdateError? {
        if let needed = requires.memory, needed > memory {
            return .unmet(requirement: "memory", needed: "\(needed)", found: "\(memory)")
        }
        for feature in requires.cpu where !cpu.contains(feature.lowercased()) {
            return .unmet(requirement: "cpu", needed: feature, found: "none")
        }
        if let needed = requires.modelpack, let modelpack, modelpack < needed {
            return .unmet(requirement: "modelpack", needed: needed.text, found: modelpack.text)
        }
        return nil
    }
}
