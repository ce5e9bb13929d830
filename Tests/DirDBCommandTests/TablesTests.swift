import Testing

@Suite("dirdb tables")
struct TablesCommandTests {
    @Test("Tables are put, listed by release, and found for other programs")
    func tables() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x,trial\n0.5,1\n1.5,2\n2.5,1\n", to: "t.csv")
            let none = try sandbox.dirdb("tables", "put", "db", "t", "t.csv")
            #expect(none.status == 1 && none.error.contains("no release yet; begin one with"))
            #expect(
                try sandbox.dirdb(
                    "tables", "put", "db", "t", "t.csv", "--release", "1", "--description", "A row.")
                    == Outcome())
            #expect(
                try sandbox.dirdb(
                    "tables", "put", "db", "p", "t.csv", "--release", "2", "--partition-by", "trial")
                    == Outcome())
            // The newest release is meant where none is named.
            #expect(try sandbox.dirdb("tables", "put", "db", "q", "t.csv") == Outcome())
            #expect(try sandbox.dirdb("tables", "releases", "db") == Outcome(output: "1\n2\n"))
            for command in [["list", "db"], ["path", "db", "t"]] {
                let missing = try sandbox.dirdb(through: ["env"], ["tables"] + command + ["--release", "3"])
                #expect(missing == .failure("db has no release 3; choose one of 1, 2"))
            }
            #expect(
                try sandbox.dirdb("tables", "list", "db", "--release", "1")
                    == Outcome(
                        output: """
                            NAME  ROWS  PARTITIONED BY  COLUMNS  DESCRIPTION
                            t        3  -               x trial  A row.

                            """))
            #expect(
                try sandbox.dirdb("tables", "list", "db", "--json").output.split(separator: "\n").first
                    == """
                    {"name": "p", "description": "", "location": "v2/p/**/*.parquet", "partitioned": true, \
                    "partition_columns": ["trial"], "rows": 3, "columns": [{"name": "x", "dtype": "double"}, \
                    {"name": "trial", "dtype": "int64"}]}
                    """)
            #expect(
                try sandbox.dirdb("tables", "path", "db", "p").output.hasSuffix("/db/v2/p/**/*.parquet\n"))
            #expect(try sandbox.dirdb("tables", "path", "db", "t").status == 1)
            #expect(
                sandbox.exists("db/v2/p/trial=2/part-0.parquet") && sandbox.exists("db/versions.json"))
        }
    }

    @Test("What cannot be done is said, and nothing is made")
    func refusals() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x,trial\n0.5,1\n", to: "t.csv")
            try sandbox.write("text", to: "t.txt")
            for arguments in [
                ["registry", "t.csv"], ["a/b", "t.csv"], ["t", "t.txt"], ["t", "absent.csv"],
            ] {
                let outcome = try sandbox.dirdb(
                    through: ["env"], ["tables", "put", "db", "--release", "1"] + arguments)
                #expect(outcome.status == 1 && outcome.error.hasPrefix("dirdb: "))
            }
            #expect(
                try sandbox.dirdb("tables", "put", "db", "t", "t.txt", "--release", "1")
                    == .failure(
                        "t.txt is not read as a table: its extension is none of parquet and csv; name a table"
                    ))
            #expect(
                try !sandbox.exists("db") || sandbox.dirdb("tables", "releases", "db") == Outcome())
            #expect(try sandbox.dirdb("tables", "list", "absent").status == 1)
            #expect(try sandbox.dirdb("tables", "put", "db", "t").status == 2)
        }
    }
}
