import Checkpoints
import Files
import Glibc
import Tensors

/// The workflow of `modelpack quantize`: a source in, a GGUF file out.
package enum Quantization {
    /// Writes `plan` to `path`, which keeps what it has until the new file is whole.
    ///
    /// `progress` hears how many of how many bytes are written; `finish` may change the whole file before it takes its
    /// place.
    package static func write(
        _ plan: Plan, to path: String, threads: Int? = nil, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        finish: (_ temporary: String) async throws -> Void = { _ in }
    ) async throws {
        let temporary = FileSystem.temporaryName(for: path)
        do {
            let file = try OpenFile(creating: temporary)
            var conversion = Conversion(plan, threads: threads)
            var offset = 0
            while let bytes = try await conversion.next() {
                try file.write(bytes, at: offset)
                offset += bytes.count
                progress(offset, plan.layout.size)
            }
            try file.sync()
            try await finish(temporary)
            try FileSystem.rename(temporary, to: path)
        } catch {
            try? FileSystem.remove(temporary)
            throw error
        }
    }
}

extension Conversion {
    /// All cores, unless told otherwise.
    init(_ plan: Plan, threads: Int?) {
        self.init(plan, threads: threads ?? Processors.count, cores: Processors.count)
    }
}

enum Processors {
    /// The cores that this machine offers now.
    static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
