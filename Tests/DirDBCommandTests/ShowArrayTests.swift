import DirDB
import DirDBDumpers
import Testing

@Suite("show draws arrays")
struct ShowArrayTests {
    private static func put(_ array: some Storable, in sandbox: Sandbox) throws {
        try Database(sandbox.path(of: "db"), dumpers: [])["a"].put(array)
    }

    @Test("An array is printed with a trace and a histogram")
    func drawn() throws {
        try Sandbox.run { sandbox in
            try Self.put(NDArray((0..<8).map { Float($0) }), in: sandbox)
            let shown = try sandbox.dirdb("show", "db", "a")
            #expect(shown.status == 0)
            let end = """

                [0. 1. 2. 3. 4. 5. 6. 7.]

                trace      ▁▂▃▄▅▆▇█
                histogram  0. █    █     █     █    █     █     █    █ 7.

                """
            #expect(shown.output.hasSuffix(end))
            try Self.put(NDArray(shape: [2, 4], elements: [1, 1, 1, 1, 0, 0, 2, 2]), in: sandbox)
            let rows = try sandbox.dirdb("show", "db", "a").output
            #expect(rows.contains("\nrow 0      ▅▅▅▅\nrow 1      ▁▁██\n"))
            #expect(try !sandbox.dirdb("show", "db", "a", "--rows", "0").output.contains("row 0"))
        }
    }

    @Test("--stats reads the whole array, and --record stores what it finds")
    func statistics() throws {
        try Sandbox.run { sandbox in
            try Self.put(NDArray([0.0, 1, 2, 3]), in: sandbox)
            let text = "stats     count=4 mean=1.5 std=1.11803 min=0.0 max=3.0 nan=0 zero=1\n"
            #expect(try sandbox.dirdb("show", "db", "a", "--stats").output.contains(text))
            #expect(try sandbox.dirdb("meta", "db", "a") == Outcome(output: "{}\n"))
            #expect(try sandbox.dirdb("show", "db", "a", "--stats", "--record").status == 0)
            #expect(
                try sandbox.dirdb("meta", "db", "a", "--get", "statistics.mean") == Outcome(output: "1.5\n"))
            #expect(try sandbox.dirdb("show", "db", "a", "--record").status == 2)
            #expect(try sandbox.dirdb("put", "db", "b", "-", input: "x") == Outcome())
            let refused = try sandbox.dirdb("show", "db", "b", "--stats")
            #expect(refused.status == 1 && refused.error.contains("is not an npy array"))
        }
    }

    @Test("A key, a database or a command that is nearly right is suggested")
    func suggestion() throws {
        try Sandbox.run { sandbox in
            try Self.put(NDArray([1.0]), in: sandbox)
            #expect(try sandbox.dirdb("mv", "db", "a", "batch-17") == Outcome())
            for slip in ["bathc-17", "batch-1", "bach-17"] {
                #expect(try sandbox.dirdb("get", "db", slip).error.hasSuffix("; did you mean batch-17?\n"))
            }
            #expect(try !sandbox.dirdb("get", "db", "other").error.contains("did you mean"))
            #expect(try sandbox.dirdb("mkdir", "db").status == 2)
        }
    }
}
