import TestSupport
import Testing

/// csv on the command line: what its options say, and that parts and conversions keep its values.
@Suite struct CSVOptionTests {
    private static let odd = "id,zip,price,flag\n89111702272002019559,01220,1.50,TRUE\n"

    @Test("A part of a csv file, and show, have its fields as they are")
    func fields() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write(Self.odd, to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "t", "--rows", "0:1").output == Self.odd)
            #expect(
                try sandbox.dirdb("get", "db", "t", "--only", "flag,zip").output == "flag,zip\nTRUE,01220\n")
            #expect(try sandbox.dirdb("cp", "db", "t", "u", "--except", "id,flag") == Outcome())
            #expect(try sandbox.text("db/u.csv") == "zip,price\n01220,1.50\n")
            #expect(
                try sandbox.dirdb("show", "db", "t").output.hasSuffix(
                    "\n\nid                    zip    price  flag\n89111702272002019559  01220  1.50   TRUE\n"
                ))
        }
    }

    @Test("--type, --null, --delimiter and --no-header are those of every command that converts csv")
    func options() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write("1;NA;2020-01-01 12:00:00\n;x;\n", to: "t.csv")
            let options = [
                "--no-header", "--delimiter", "semicolon", "--null", "NA", "--type", "0=int32", "--type",
                "2=timestamp",
            ]
            let converted = "0,1,2\n1,,2020-01-01 12:00:00\n,x,\n"
            func run(_ arguments: String...) throws -> Outcome {
                try sandbox.dirdb(through: ["env"], arguments + options)
            }
            #expect(try run("put", "db", "put", "t.csv", "--as", "parquet") == Outcome())
            #expect(
                try sandbox.dirdb(
                    through: ["env"],
                    ["compute", "db", "compute", "--format", "csv", "--as", "parquet"] + options + [
                        "--", "cat", "t.csv",
                    ])
                    == Outcome())
            for name in ["put", "compute"] {
                #expect(try sandbox.dirdb("get", "db", name, "--as", "csv").output == converted)
                let types = try sandbox.dirdb("show", "db", name, "--json").output
                #expect(
                    types.contains("\"dtype\": \"int32\"") && types.contains("\"dtype\": \"timestamp[us]\""))
                #expect(types.contains("\"min\": \"2020-01-01 12:00:00\""))
            }
            #expect(try run("tables", "put", "cache", "t", "t.csv", "--release", "1") == Outcome())
            #expect(try sandbox.dirdb("tables", "list", "cache").output.contains(" 2 "))
            #expect(try sandbox.dirdb("put", "db", "csv", "t.csv") == Outcome())
            #expect(try run("get", "db", "csv", "-o", "t.parquet") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "again", "t.parquet") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "again", "--as", "csv").output == converted)
            #expect(
                try run("get", "db", "csv", "--rows", "1:2", "--only", "1,0").output == "x;\n")
            // Also for what is written.
            #expect(
                try sandbox.dirdb("get", "db", "again", "--as", "csv", "--delimiter", "tab", "--no-header")
                    .output
                    == "1\t\t2020-01-01 12:00:00\n\tx\t\n")
        }
    }

    @Test("What the options cannot mean is a usage error, or names the field")
    func refusals() throws {
        try Sandbox.run { (sandbox) throws in
            try sandbox.write(Self.odd, to: "t.csv")
            for wrong in [
                ["--type", "zip"], ["--type", "zip=integer"], ["--type", "=string"], ["--delimiter", "|"],
            ] {
                let outcome = try sandbox.dirdb(
                    through: ["env"], ["put", "db", "t", "t.csv", "--as", "parquet"] + wrong)
                #expect(outcome.status == 2, "\(wrong)")
            }
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv", "--null", "NA").status == 2)
            let refused = try sandbox.dirdb(
                "put", "db", "t", "t.csv", "--as", "parquet", "--type", "id=int64")
            #expect(
                refused.status == 1
                    && refused.error.contains("\"89111702272002019559\" in the column \"id\", line 2"))
            #expect(!sandbox.exists("db"))
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "p", "t.csv", "--as", "parquet") == Outcome())
            for arguments in [["t"], ["t", "--as", "csv"], ["p"], ["p", "--rows", "0:1"]] {
                let unused = try sandbox.dirdb(
                    through: ["env"], ["get", "db"] + arguments + ["--null", "NA"])
                #expect(unused.status == 2 && unused.output.isEmpty, "\(arguments)")
            }
            #expect(
                try sandbox.dirdb("get", "db", "t", "--rows", "0:1", "--no-header").output
                    == "id,zip,price,flag\n")
        }
    }

    @Test("A pipe is converted when --format says what it is")
    func pipes() throws {
        try Sandbox.run { (sandbox) throws in
            let put = try sandbox.dirdb(
                "put", "db", "t", "-", "--format", "csv", "--as", "parquet", input: Self.odd)
            #expect(put == Outcome())
            #expect(
                try sandbox.dirdb("get", "db", "t", "--as", "csv").output
                    == "id,zip,price,flag\n89111702272002019559,01220,1.5,true\n")
            // Parquet too, and the result of process substitution.
            let piped = """
                "$DIRDB" get db t | "$DIRDB" put db u - --format parquet --as csv
                mkfifo pipe; "$DIRDB" get db u > pipe & "$DIRDB" put db v pipe --format csv --as parquet
                """
            #expect(try sandbox.shell(piped) == Outcome())
            #expect(try sandbox.dirdb("get", "db", "v", "--as", "csv").output == sandbox.text("db/u.csv"))
            #expect(
                try sandbox.dirdb(
                    "tables", "put", "cache", "t", "-", "--format", "csv", "--release", "1", input: Self.odd)
                    == Outcome())
            let refused = try sandbox.dirdb("put", "db", "w", "-", "--as", "parquet", input: Self.odd)
            #expect(refused.status == 2 && refused.error.contains("--format"))
        }
    }
}
