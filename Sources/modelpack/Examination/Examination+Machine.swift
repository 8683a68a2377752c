import Bundles
import Files
import Glibc
import Inference
import Suites
import Updating

extension Examination {
    /// The processor, the memory, and what this build brings.
    static func machine() -> Examination {
        var found = Examination("this machine")
        let kernels = KernelSet.allCases.filter { $0 != .fastest }.map(\.rawValue).joined(separator: ", ")
        found.add("processor", "\(machineName), \(count(availableCores, "core"))")
        if KernelSet.fastest.name == KernelSet.portable.rawValue {
            found.warn(
                "kernels", "portable C only", hint: "the answers are the same, only slower than with AVX2 or NEON")
        } else {
            found.add("kernels", "\(KernelSet.fastest.name); this processor runs \(kernels)")
        }
        found.add("memory", "\(readable(memory)), of which \(readable(available)) is available")
        found.add("modelpack", "\(modelpackVersion), arithmetic \(Respondent.arithmetic)")
        return found
    }

    private static var machineName: String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "unknown" }
        // A C string within the array.
        return unsafe withUnsafeBytes(of: &name.machine) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    static var memory: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

    /// What the kernel could give without swapping.
    static var available: Int {
        let text = (try? OpenFile(reading: "/proc/meminfo").read(1 << 16, at: 0)) ?? []
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return kibibytes.map { $0 << 10 } ?? sysconf(Int32(_SC_AVPHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    }
}
