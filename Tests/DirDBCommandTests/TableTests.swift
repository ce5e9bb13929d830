import Foundation
import Testing

@Suite struct TableTests {
    private static let table = "time,site,count\n0.5,soma,1\n1.5,\"tuft, \u{1B}\",\n2.5,,3\n"

    @Test("show prints of a table the types and the first rows, --json the types")
    func show() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write(Self.table, to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv") == Outcome())
            let shown = try sandbox.dirdb("show", "db", "t", "--rows", "2").output.split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(
                shown.map(String.init).suffix(4) == [
                    "time  site          count", " 0.5  soma              1", " 1.5  tuft, \\u001b   null",
                    "",
                ])
            #expect(shown.contains("shape     ?×3"))
            #expect(shown.contains("fields    time: double"))
            #expect(shown.contains("          site: string"))
            #expect(try !sandbox.dirdb("show", "db", "t", "--rows", "0").output.contains("time  site"))
            let object = try sandbox.dirdb("show", "db", "t", "--json").output
            let fields = """
                "fields": [{"name": "time", "dtype": "double"}, {"name": "site", "dtype": "string"}, \
                {"name": "count", "dtype": "int64"}]
                """
            #expect(object.contains(fields))
            #expect(try sandbox.dirdb("ls", "db", "--json").output.contains("\"rows\": null, \"columns\": 3"))
            #expect(try sandbox.dirdb("show", "db", "t", "--rows", "-1").status == 2)
        }
    }

    @Test("A table that is copied to the same format stays the same bytes")
    func copies() throws {
        try Sandbox.run { (sandbox) throws in
            // Not as it would be written.
            let text = "\"a\";b\r\n1;x\r\n"
            try sandbox.write(text, to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv", "--as", "csv") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "t", "--as", "csv") == Outcome(output: text))
            #expect(try sandbox.dirdb("get", "db", "t", "-o", "out.csv") == Outcome())
            #expect(try sandbox.text("out.csv") == text)
            // A format of which nothing is known.
            #expect(try sandbox.dirdb("get", "db", "t", "-o", "out.txt") == Outcome())
            #expect(try sandbox.text("out.txt") == text)
        }
    }

    @Test("What cannot be converted is an error that says why, and nothing is left")
    func refusals() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write("x", to: "t.bin")
            #expect(
                try sandbox.dirdb("put", "db", "t", "t.bin", "--as", "csv")
                    == .failure(
                        "t.bin is not converted: bin holds no table; leave --as out to copy the bytes"))
            #expect(try sandbox.dirdb("put", "db", "t", "t.bin", "--as", "npy").status == 2)
            #expect(
                try sandbox.dirdb("put", "db", "t", "t.bin", "--as", "csv", "--format", "csv").status == 2)
            #expect(try sandbox.dirdb("put", "db", "t", "-", "--as", "csv").status == 2)
            #expect(!sandbox.exists("db"))
            #expect(try sandbox.dirdb("put", "db", "t", "t.bin") == Outcome())
            #expect(
                try sandbox.dirdb("get", "db", "t", "-o", "out", "--as", "csv")
                    == .failure(
                        "\(sandbox.path(of: "db"))/t.bin is not converted: bin holds no table; leave --as out to copy"
                            + " the bytes"))
            #expect(!sandbox.exists("out"))
        }
    }
}
