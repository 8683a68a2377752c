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
    /// `http://HOST:PORT`, or `socks5h://…`; libcurl's environment variables count where there is none.
    package var proxy: String?
    /// A PEM file with the certificates that a server's may be signed by, in place of the system's.
    package var authorities: String?
    /// What this side shows to servers that ask who it is.
    package var identity: Identity?
    /// Called about once a second while a transfer goes on, or more often, by its thread; what it throws ends the transfer,
    /// and is thrown on.
    package var checkpoint: @Sendable () throws -> Void = {}
    package var userAgent = "modelpack"

    /// A client's certificate and private key: PEM files, which may be one.
    package struct Identity: Equatable, Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package init() {}
}
