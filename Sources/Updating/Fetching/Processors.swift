#if canImport(Glibc)
    import Glibc
#endif

enum Processors {
    /// The cores that this machine offers now.
    static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
