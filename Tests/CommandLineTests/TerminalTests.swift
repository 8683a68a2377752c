import Testing

@testable import modelpack

@Suite("What a person sees and what a pipe gets")
struct TerminalTests {
    @Test("colours are for terminals alone, and not where NO_COLOR or TERM=dumb say so")
    func colours() throws {
        let shop = try Workshop()
        defer { shop.close() }
        #expect(try shop.seen("doctor").contains("\u{1B}[32mok\u{1B}[0m"))
        #expect(try shop.seen("inspect", shop["none"]).contains("\u{1B}[31merror:\u{1B}[0m"))
        for variables in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            #expect(try !shop.seen("doctor", with: variables).contains("\u{1B}"), "\(variables)")
            #expect(try !shop.seen("inspect", shop["none"], with: variables).contains("\u{1B}"), "\(variables)")
        }
        #expect(try shop.seen("doctor", with: ["NO_COLOR": ""]).contains("\u{1B}"))
        let piped = try shop("inspect", shop["none"])
        #expect(try !shop("doctor").output.contains("\u{1B}") && piped.errors.hasPrefix("error: "))
    }

    @Test("a bar is there while something goes on, fits, and has gone when the result stands there")
    func bars() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        for columns: UInt16 in [40, 80, 120] {
            let shown = try shop.seen(
                "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], columns: columns,
                with: ["NO_COLOR": "1"])
            let bars = shown.components(separatedBy: "\r").filter { $0.hasPrefix("asking") }
            #expect(!bars.isEmpty && bars.allSatisfy { $0.count < Int(columns) + "\u{1B}[K".count }, "\(shown)")
            #expect(shown.contains("\r\u{1B}[Khome-1.0.0, signed by"), "\(shown)")
        }
        let text = Workshop.root + "/Models/home-1.0.0/config.json"
        let scored = try shop.seen("score", shop["home.modelpack"], "--text", text, "--context", "64")
        #expect(scored.components(separatedBy: "\r").contains { $0.hasPrefix("scoring  ▕") }, "\(scored)")
        let measured = try shop.seen("bench", shop["home.modelpack"], "--prompt-tokens", "9", "--generate-tokens", "9")
        #expect(measured.components(separatedBy: "\r").contains { $0.hasPrefix("measuring  ▕") }, "\(measured)")
        let dumb = try shop.seen(
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], with: ["TERM": "dumb"])
        #expect(!dumb.contains("\r") && !dumb.contains("\u{1B}") && dumb.hasPrefix("home-1.0.0, signed by"))
    }

    @Test("a line of progress says how much, how fast and how long, as far as there is room", arguments: 0...200)
    func progress(columns: Int) {
        let line = Progress.line("fetching home 1.1.0", 57_000_000, of: 144_800_000, after: 2, columns: columns)
        #expect(line.count <= columns && (columns < 4 || line.contains("39 %")), "\(line)")
        #expect(line.contains(" 57.0 of 144.8 MB   28.5 MB/s   0:04 left") == (columns >= 79), "\(line)")
        #expect(line.contains("28.5 MB/s   0:04 left") == (columns >= 60), "\(line)")
        #expect(line.contains("█") == (columns >= 36), "\(line)")
    }

    @Test("a line of progress in a pipe has no bar")
    func plain() {
        #expect(
            Progress.line("asking", 3, of: 78, after: 60, countsBytes: false)
                == "asking: 3 %, 3 of 78, 0.1/s, 25:00 left")
    }

    @Test(
        "what was meant is asked for",
        arguments: [
            (["verfy", "x"], "has no command 'verfy'", "'verify'"),
            (["repo", "statsu", "x"], "`modelpack repo` has no command 'statsu'", "'status'"),
            (["verify", "x", "--polcy", "y"], "has no option '--polcy'", "'--policy'"),
            (["--vesion"], "has no option '--vesion'", "'--version'"),
            (["keys", "generate", "x", "--type", "p265"], "the value 'p265'", "'p256'"),
            (["quantize", "x", "y", "--type", "q4k"], "the type q4k", "'q4_k'"),
            (["quantize", "x", "y", "--type", "q4_2"], "the type q4_2", "'q4_0', 'q4_1' or 'q4_k'"),
        ])
    func suggestions(arguments: [String], problem: String, meant: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let outcome = try shop.run(arguments)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("error: ") && lines[0].contains(problem), "\(outcome.errors)")
        #expect(lines.last == "hint: did you mean \(meant)?", "\(outcome.errors)")
    }

    @Test("help fills 80 columns, and examples stay as they can be typed")
    func help() throws {
        let shop = try Workshop()
        defer { shop.close() }
        func check(_ command: [String]) throws -> Int {
            let parts = try shop.run(command + ["--help"]).output.components(separatedBy: "\nUSAGE:")
            let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
            for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && next.first != " " {
                // The end of an example, or a text that would have taken the next word, too.
                let word = next.prefix { $0 != " " }
                #expect(next.isEmpty || line.first != " " && line.count + 1 + word.count > 79, "\(command): \(line)")
            }
            for line in lines where line.hasPrefix("    ") {
                #expect(line.hasPrefix("    --"), "\(command): \(line)")
            }
            let listed = parts.last?.components(separatedBy: "SUBCOMMANDS:").dropFirst().joined().split(separator: "\n")
            let names = (listed ?? []).filter { $0.hasPrefix("  ") && $0.dropFirst(2).first?.isLowercase == true }
            return try names.reduce(1) { try $0 + check(command + [String($1.dropFirst(2).prefix { $0 != " " })]) }
        }
        #expect(try check([]) > 45)
    }

    @Test("names of channels, models and roles that are nearly right are asked for, too")
    func names() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let place = ["--repo", shop["repo"], "--keys", shop["keys"]]
        try shop.must("repo", "init", shop["repo"], "--keys", shop["keys"], "--policy", shop["policy.yaml"])
        #expect(try shop.run(["publish", shop["home.modelpack"], "--channel", "stable"] + place).status == 0)
        for (arguments, meant) in [
            (["rollout", "hmoe", "--channel", "stable", "--percent", "5"] + place, "'home'"),
            (["rollout", "home", "--channel", "stabel", "--percent", "5"] + place, "'stable'"),
            (["repo", "withdraw", "home", "1.0.1"] + place, "'home 1.0.0'"),
            (["repo", "renew", shop["repo"], "--keys", shop["keys"], "--role", "timestmp"], "'timestamp'"),
        ] {
            let outcome = try shop.run(arguments)
            #expect(outcome.status == 64 && outcome.errors.hasSuffix("hint: did you mean \(meant)?\n"), "\(outcome)")
        }
        try shop.must(
            "device", "init", "--root", shop["device"], "--repository", shop["repo"], "--trust",
            shop["repo/metadata/1.root.json"], "--policy", shop["policy.yaml"], "--channel", "stabel")
        let lost = try shop("update", "--root", shop["device"])
        #expect(lost.status == 6, "\(lost)")
        #expect(lost.errors.contains("hint: did you mean 'stable'?\nhint: `channel` in device.yaml"), "\(lost)")
        let told = try shop("doctor", "--root", shop["device"])
        #expect(told.status == 4, "\(told)")
        #expect(told.output.hasSuffix("?\n      hint: `channel` in device.yaml says which one is followed\n"))
        let founded = try shop.run(["publish", shop["home.modelpack"], "--channel", "stabel"] + place)
        #expect(founded.status == 0 && founded.errors.contains("stabel is a new channel; did you mean 'stable'?"))
    }

    @Test("an option that takes no such thing, or nothing at all, is explained; what is no slip has no suggestion")
    func explained() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let missing = try shop("verify").errors
        #expect(missing.hasPrefix("error: missing expected argument '<bundle>'\nhint: <bundle>  A bundle"))
        #expect(missing.hasSuffix("hint: see `modelpack verify --help`\n"))
        #expect(
            try shop("zzzzzz").errors == "error: `modelpack` has no command 'zzzzzz'\nhint: see `modelpack --help`\n")
        #expect(nearest(to: "q4", among: ["q4_0", "q8_0"]) == ["q4_0"] && nearest(to: "x", among: ["y"]).isEmpty)
    }
}
