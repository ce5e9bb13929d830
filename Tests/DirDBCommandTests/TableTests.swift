import Foundation
import TestSupport
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
                    "time  site          count", "0.5   soma          1", "1.5   tuft, \\u001b",
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

    @Test(
        "show reads as many row groups as it takes, and says why it shows none",
        .enabled(if: Python.isExpected))
    func rowGroups() throws {
        try Sandbox.run(verifies: false) { (sandbox) throws in
            try sandbox.write("", to: "db/.keep")
            let script = """
                import pyarrow, pyarrow.parquet, sys
                table = pyarrow.table({"n": list(range(100, 110))})
                for name, codec in [("a", "zstd"), ("b", "brotli"), ("c", "lz4")]:
                    path = f"{sys.argv[1]}/{name}.parquet"
                    pyarrow.parquet.write_table(table, path, row_group_size=2, compression=codec)
                """
            try Python.run(script, [sandbox.path(of: "db")])
            let shown = try sandbox.dirdb("show", "db", "a", "--rows", "5")
            #expect(shown.output.hasSuffix("\n\n  n\n100\n101\n102\n103\n104\n"), "\(shown)")
            for name in ["b", "c"] {
                let none = try sandbox.dirdb("show", "db", name)
                let path = "\(sandbox.path(of: "db"))/\(name).parquet"
                let reason = "\n\nno rows are shown: \(path) cannot be loaded: "
                #expect(none.status == 0 && none.output.contains(reason), "\(none)")
            }
        }
    }

    @Test(
        "show prints the rows of the columns that it can read, and names the others",
        .enabled(if: Python.isExpected))
    func unsupportedColumns() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write("", to: "db/.keep")
            let script = """
                import decimal, sys
                import pyarrow as pa, pyarrow.parquet as pq
                table = pa.table({
                    "n": [1, 2], "m": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
                    "l": [[0.5, None], None], "s": [{"x": 1}, None], "b": [b"a\\xff", b"b"],
                    "d": [decimal.Decimal("1.50"), decimal.Decimal("-0.05")]})
                pq.write_table(table, f"{sys.argv[1]}/t.parquet")
                twice = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4]), pa.array([5, 6])], ["a", "b", "a"])
                pq.write_table(twice, f"{sys.argv[1]}/twice.parquet")
                pq.write_table(table.select(["m"]), f"{sys.argv[1]}/map.parquet")
                """
            try Python.run(script, [sandbox.path(of: "db")])
            let shown = try sandbox.dirdb("show", "db", "t")
            #expect(
                shown.output.hasSuffix(
                    #"""


                    n  l            b          d
                    1  [0.5, null]  a\xFF   1.50
                    2  null         b      -0.05

                    not shown: m: map, s: struct

                    """#), "\(shown)")
            #expect(shown.status == 0 && shown.error.isEmpty)
            #expect(
                try sandbox.dirdb("get", "db", "t", "--only", "d,n", "--as", "csv").output
                    == "d,n\n1.50,1\n-0.05,2\n")
            let whole = try sandbox.dirdb("get", "db", "t", "--as", "csv")
            #expect(
                whole.status == 1 && whole.error.contains("\"m\" of type map, \"s\" of type struct"),
                "\(whole)")
            let map = try sandbox.dirdb("show", "db", "map")
            #expect(map.status == 0 && map.output.hasSuffix("\n\nno rows are shown: m: map\n"), "\(map)")
            let twice = try sandbox.dirdb("show", "db", "twice")
            #expect(twice.output.contains("a: int64  min=1 max=2 nulls=0\n"))
            #expect(twice.output.contains("a: int64  min=5 max=6 nulls=0\n"))
            #expect(twice.output.hasSuffix("\n\na  b  a\n1  3  5\n2  4  6\n"), "\(twice)")
            let json = try sandbox.dirdb("show", "db", "twice", "--json").output
            #expect(
                json.contains(#""a": [{"min": 1, "max": 2, "nulls": 0}, {"min": 5, "max": 6, "nulls": 0}]"#))
            #expect(try sandbox.dirdb("get", "db", "twice", "--only", "a", "--as", "csv").status == 1)
            #expect(
                try sandbox.dirdb("get", "db", "twice", "--only", "b", "--as", "csv").output == "b\n3\n4\n")
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

    @Test("A file is not named as another known format than it is of")
    func otherExtension() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write("a\n1\n", to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv", "--as", "parquet") == Outcome())
            #expect(
                try sandbox.dirdb("get", "db", "t", "-o", "x.npy")
                    == .failure(
                        "\(sandbox.path(of: "db"))/t.parquet is not converted: parquet does not become npy; name a file"
                            + " with the extension parquet"))
            #expect(!sandbox.exists("x.npy"))
            #expect(try sandbox.dirdb("put", "db", "opaque", "-", input: "x") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "opaque", "-o", "x.npy") == Outcome())
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
            #expect(try sandbox.dirdb("put", "db", "t", "-", "--as", "csv", "--format", "bin").status == 1)
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
