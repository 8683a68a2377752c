/// What the client is asked to do: options first, then the command word.
enum Invocation: Equatable {
    case initialize(folder: String, root: String)
    case refresh(Refresh)
    case download(Refresh, Download)

    struct Refresh: Equatable {
        let folder, metadata: String
    }

    struct Download: Equatable {
        /// In the order in which they are to be fetched.
        let names: [String]
        let folder, targets: String
    }

    /// Reads the command line, without the program's name; nil for anything that isn't one of the three.
    init?(_ arguments: [String]) {
        var options: [String: [String]] = [:]
        var rest = arguments[...]
        while let name = rest.first, name.hasPrefix("--") {
            guard Self.options.contains(name), rest.count > 1 else { return nil }
            options[name, default: []].append(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
        }
        guard let folder = options["--metadata-dir"]?.last else { return nil }
        if rest.count == 2, rest.first == "init", let root = rest.last {
            self = .initialize(folder: folder, root: root)
            return
        }
        guard rest.count == 1, let metadata = options["--metadata-url"]?.last else { return nil }
        let refresh = Refresh(folder: folder, metadata: metadata)
        switch rest.first {
        case "refresh": self = .refresh(refresh)
        case "download":
            guard let names = options["--target-name"], let targets = options["--target-base-url"]?.last,
                let folder = options["--target-dir"]?.last
            else { return nil }
            self = .download(refresh, Download(names: names, folder: folder, targets: targets))
        default: return nil
        }
    }

    private static let options: Set<String> = [
        "--metadata-dir", "--metadata-url", "--target-name", "--target-dir", "--target-base-url",
    ]
}
