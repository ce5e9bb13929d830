import Testing

@Suite struct StandardStreamsTests {
    @Test("A closed standard input is an error and no wait, and nothing is stored")
    func input() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            #expect(
                try sandbox.shell("exec timeout 3600 $DIRDB put db a - <&-")
                    == .failure(
                        "cannot read standard input: Bad file descriptor; do it again when the cause is removed"
                    ))
            #expect(try sandbox.text("db/a.bin") == "x")
        }
    }

    @Test("A closed standard output is an error of what has something to say, and of nothing else")
    func output() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            for command in ["ls db", "get db a", "--help"] {
                #expect(
                    try sandbox.shell("exec $DIRDB \(command) >&-")
                        == .failure(
                            "cannot write to standard output: Bad file descriptor; redirect it elsewhere"))
            }
            #expect(try sandbox.shell("exec $DIRDB put db b db/a.bin >&-") == Outcome())
        }
    }

    @Test("With all three closed, data and metadata are stored as ever")
    func all() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "a.bin")
            #expect(try sandbox.shell("$DIRDB put db a a.bin --set k=1 <&- >&- 2>&-") == Outcome())
            #expect(try sandbox.shell("$DIRDB rm db none <&- >&- 2>&-") == Outcome(status: 1))
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.json", "a.lock"])
        }
    }
}
