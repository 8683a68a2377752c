import Glibc

/// Standard output or standard error, as far as a person sits there.
struct Terminal {
    static let output = Terminal(descriptor: 1)
    static let errors = Terminal(descriptor: 2)

    private let descriptor: Int32
    /// Whether what is shown can be replaced: a terminal that isn't TERM=dumb.
    let isLive: Bool
    /// Colours for a live terminal, unless NO_COLOR (no-color.org) holds anything.
    let paint: Paint

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        isLive = isatty(descriptor) == 1 && variable("TERM") != "dumb"
        paint = Paint(isOn: isLive && (variable("NO_COLOR") ?? "").isEmpty)
    }

    /// How wide it is now; 80 where it doesn't say.
    var columns: Int {
        var size = winsize()
        // The structure outlives the call.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

private func variable(_ name: String) -> String? {
    // The environment's text is copied at once; nothing here changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Colours text, or leaves it as it is.
struct Paint {
    /// The few looks that there are, the same in all commands, by their codes (ECMA-48, SGR).
    enum Look: Int {
        case strong = 1
        case faint = 2
        case bad = 31
        case good = 32
        case doubtful = 33
        case bar = 36
    }

    static let none = Paint(isOn: false)

    let isOn: Bool

    /// Ends of lines stay outside of the colour.
    func callAsFunction(_ text: some StringProtocol, _ look: Look) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(look.rawValue)m\(text)\u{1B}[0m" : String(text)
    }
}
