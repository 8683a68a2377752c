/// How long to wait for a server, and what it may cost.
package struct HTTPOptions: Sendable {
    /// Seconds until a connection must stand.
    package var connectSeconds = 20
    /// Seconds that hardly any bytes may come for.
    package var stallSeconds = 30
    /// Bytes a second below which a transfer counts as stalled.
    package var stallBytesPerSecond = 100
    /// Bytes a second to take at most; nil for as many as come.
    package var bytesPerSecond: Int?
    package var redirects = 5
    package var userAgent = "modelpack"

    package init() {}
}
