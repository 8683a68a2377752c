import JSONText

/// Golden prompts, as a file of JSON lines has them.
package struct Suite: Sendable, Equatable {
    /// The file's path: in a bundle, the member's.
    package let name: String
    package let prompts: [GoldenPrompt]

    package init(name: String, prompts: [GoldenPrompt]) {
        self.name = name
        self.prompts = prompts
    }

    /// Reads a suite; `files` holds those beside it that it may include, by their names.
    package init(parsing bytes: [UInt8], name: String, files: [String: [UInt8]] = [:]) throws(SuiteError) {
        var reader = SuiteReader(available: files)
        try reader.read(bytes, file: name)
        guard !reader.prompts.isEmpty else { throw SuiteError(file: name, line: 1, problem: .empty) }
        self.init(name: name, prompts: reader.prompts)
    }

    /// The files beside a suite that it includes, and those that they include, by their names.
    ///
    /// - Parameter read: the bytes of a file beside the suite's own.
    package static func includes(
        _ bytes: [UInt8], name: String, read: (String) throws -> [UInt8]
    ) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var waiting = [(name, bytes)]
        while let (name, bytes) = waiting.popLast() {
            for line in try JSONLine.lines(bytes, file: name) {
                guard let file = try line.include(), files[file] == nil else { continue }
                let included = try read(file)
                files[file] = included
                waiting.append((file, included))
            }
        }
        return files
    }

    /// Only what is cheap enough for a device.
    package var smoke: Suite { Suite(name: name, prompts: prompts.filter(\.isSmoke)) }

    /// Refuses an id that stands in two suites: verdicts name prompts by their ids.
    package static func checkDistinct(_ suites: [Suite]) throws(SuiteError) {
        var ids: Set<String> = []
        for suite in suites {
            for prompt in suite.prompts where !ids.insert(prompt.id).inserted {
                throw SuiteError(
                    file: prompt.place?.file ?? suite.name, line: prompt.place?.line ?? 1,
                    problem: .duplicate(id: prompt.id))
            }
        }
    }
}

/// Reads a suite's file and those that it includes, each once.
private struct SuiteReader {
    let available: [String: [UInt8]]
    private(set) var prompts: [GoldenPrompt] = []
    private var ids: Set<String> = []
    private var files: Set<String> = []

    init(available: [String: [UInt8]]) { self.available = available }

    mutating func read(_ bytes: [UInt8], file: String) throws(SuiteError) {
        files.insert(Self.stem(file))
        for line in try JSONLine.lines(bytes, file: file) {
            if let name = try line.include() {
                guard !files.contains(name) else { throw line.error(.includedTwice(file: name)) }
                guard let included = available[name] else { throw line.error(.noSuchFile(name)) }
                try read(included, file: String(file.dropLast(Self.stem(file).count)) + name)
                continue
            }
            let prompt = try GoldenPrompt(line)
            guard ids.insert(prompt.id).inserted else { throw line.error(.duplicate(id: prompt.id)) }
            prompts.append(prompt)
        }
    }

    /// A path's last part.
    private static func stem(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension JSONLine {
    /// The file that the line includes: `{"include": "more.jsonl"}`; nil if it is a prompt.
    fileprivate func include() throws(SuiteError) -> String? {
        guard object["include"] != nil else { return nil }
        try allow(["include"])
        return try required("include", "the name of a file NAME.jsonl beside this one") { json in
            json.string.flatMap { name in
                name.hasSuffix(".jsonl") && !name.hasPrefix(".") && !name.utf8.contains(UInt8(ascii: "/")) ? name : nil
            }
        }
    }
}
