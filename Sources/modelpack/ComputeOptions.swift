import ArgumentParser
import Glibc
import Inference

extension KernelSet: ExpressibleByArgument {}

/// How a command computes; none of it changes a bit of what it finds.
struct ComputeOptions: ParsableArguments {
    @Option(help: "Threads to compute with; by default all cores.")
    var threads: Int = availableCores

    @Option(help: "Kernels to compute with. All give the same bits.")
    var kernels: KernelSet = .fastest

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024") }
        guard kernels.isAvailable else {
            let others = KernelSet.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("this CPU can't run \(kernels.rawValue) kernels; it runs: \(others)")
        }
    }
}

/// The cores that this process may use.
let availableCores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

/// The most memory that this process has held, in bytes.
var peakMemory: Int {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension [Double] {
    /// The middle value; of two, the mean. 0 for none.
    var median: Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}
