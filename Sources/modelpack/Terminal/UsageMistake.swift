import ArgumentParser

/// What is wrong with a command line, in the words that all errors have: swift-argument-parser's, but for commands and
/// options that don't exist, to which it knows no others.
struct UsageMistake: Explained {
    let status = ExitStatus.usage
    let message: String
    let hint: String?

    /// `full` and `brief` are the parser's own words; `arguments` are what was typed after the program's name.
    init(full: String, brief: String, arguments: [String]) {
        var (command, path) = (Modelpack.self as any ParsableCommand.Type, Modelpack._commandName)
        var rest = arguments[...]
        while let word = rest.first, let next = command.subcommand(word) {
            (command, path) = (next, "\(path) \(word)")
            rest.removeFirst()
        }
        let help = "see `\(path) --help`"
        let commands = command.configuration.subcommands.map { $0._commandName }
        if !commands.isEmpty, let word = rest.first, !word.hasPrefix("-") {
            message = "`\(path)` has no command '\(word)'"
            hint = suggestion(for: word, among: commands, otherwise: help)
        } else if let option = command.unknownOption(in: rest) {
            message = "`\(path)` has no option '\(option)'"
            hint = suggestion(for: option, among: command.options, otherwise: help)
        } else {
            message = brief.prefix(1).lowercased() + brief.dropFirst()
            let about = full.split(separator: "\n").first { $0.hasPrefix("Help:") }
            // The value 'x' is invalid for '--type <type>'. Please provide one of 'y' or 'z'.
            let quoted = brief.split(separator: "'", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            let meant = quoted.count > 2 ? suggestion(for: quoted[0], among: quoted[2...]) : nil
            let explained = about.map { String($0.drop { $0 != " " }.drop { $0 == " " }) }
            hint = meant ?? [explained, help].compactMap(\.self).joined(separator: "\n")
        }
    }
}

extension ParsableCommand {
    fileprivate static func subcommand(_ name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0._commandName == name }
    }

    /// All that begin with two dashes and that its help names.
    fileprivate static var options: [String] {
        let help = Modelpack.helpMessage(for: Self.self, includeHidden: true)
        let words = help.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" }
        return words.filter { $0.hasPrefix("--") && $0.count > 2 }.map(String.init) + ["--help", "--version"]
    }

    fileprivate static func unknownOption(in arguments: ArraySlice<String>) -> String? {
        let known = Set(options)
        let names = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
            String($0.prefix { $0 != "=" })
        }
        return names.first { !known.contains($0) }
    }
}
