import Testing

@Suite struct UsageTests {
    @Test(
        "A wrong command line is status 2, with the sentence first",
        arguments: [
            ("ls", "Missing expected argument '<db>'"),
            ("nonsense", "Unexpected argument 'nonsense'"),
            ("ls db --nonsense", "Unknown option '--nonsense'"),
            ("gett db x", "Unexpected argument 'gett'. Did you mean 'get'?"),
            ("tables put c t f --version 2", "Unknown option '--version'"),
            ("get db", "Expected DB KEY or DB/KEY, but 'db' names no key."),
            ("put db a", "Expected DB KEY FILE or DB/KEY FILE, but 'db' names no key."),
            ("put db", "Expected DB KEY FILE or DB/KEY FILE."),
            ("get '' a", "The path of the database is empty."),
            ("get db a b", "Expected DB KEY or DB/KEY."),
            (
                "meta db a --set novalue",
                "The value 'novalue' is invalid for '--set <key=value>': write KEY=VALUE"
            ),
            (
                "meta db a --set a..b=1",
                "The value 'a..b=1' is invalid for '--set <key=value>': write KEY=VALUE"
            ),
            ("meta db a --merge {} --replace {}", "Use either --merge or --replace."),
            ("meta db a --merge [1]", "The value of --merge is JSON, but no object; write '{\"key\": …}'."),
            ("rm db a --timeout x", "The value 'x' is invalid for '--timeout <timeout>'"),
            (
                "ls db --where mean",
                "The value 'mean' is invalid for '--where <condition>': write a condition such as stats.mean>0.5"
            ),
            (
                "ls db --where 'mean=>1'",
                "The value 'mean=>1' is invalid for '--where <condition>': the comparisons are =, !=, <, <=, > and >="
            ),
            (
                "ls db --where 'mean<>1'",
                "The value 'mean<>1' is invalid for '--where <condition>': the comparisons are =, !=, <, <=, > and >="
            ),
            (#"put db "$(printf 'a\377')" /dev/null"#, "'a\u{FFFD}' is not valid UTF-8."),
            ("ls db --sort none --reverse", "--reverse needs an order: --sort none has none."),
            ("lock db a", "Expected a program to run: … -- COMMAND."),
            ("put db a - --meta @-", "Standard input cannot be both the data and the metadata."),
            ("show db a --rows -1", "--rows cannot be negative."),
            ("tree db --depth -1", "--depth must be at least 1."),
            ("tree db --width -1", "--width must be at least 1."),
            ("watch db --poll -1", "--poll must be a number of seconds above 0."),
            ("demo --workers 0", "--workers must be from 1 to 256."),
        ])
    func wrong(arguments: String, sentence: String) throws {
        try Sandbox.run { sandbox in
            let outcome = try sandbox.shell("$DIRDB \(arguments)")
            #expect(outcome.status == 2 && outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("dirdb: \(sentence)\n"), "\(outcome)")
            #expect(try sandbox.names(in: ".").isEmpty)
        }
    }

    @Test(
        "Of a command line that is wrong in itself the usage of the command is told",
        arguments: [
            ("get db", "Usage: dirdb get DB KEY"), ("put db", "Usage: dirdb put DB KEY FILE"),
            ("mv db/a other/b", "Usage: dirdb mv DB KEY NEWKEY"),
        ])
    func usage(arguments: String, usage: String) throws {
        try Sandbox.run { sandbox in
            let outcome = try sandbox.shell("$DIRDB \(arguments)")
            #expect(outcome.status == 2 && outcome.error.contains("\n\(usage)"), "\(outcome)")
        }
    }

    @Test("Help and version go to standard output")
    func help() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("--version") == Outcome(output: "0.1.0\n"))
            for command in [
                "", "ls", "show", "meta", "put", "get", "rm", "mv", "cp", "lock", "verify", "recover", "demo",
                "doctor",
            ] {
                let outcome = try sandbox.shell("$DIRDB \(command) --help")
                #expect(outcome.status == 0 && outcome.error.isEmpty)
                #expect(outcome.output.contains("EXAMPLE") && outcome.output.contains("\nUSAGE: dirdb"))
                #expect(!outcome.output.contains("demo-worker") && !outcome.output.contains("doctor-peer"))
            }
        }
    }
}
