import DirDB
import Foundation
import Testing

/// What is typed or found in another form than usual is taken, or refused with a sentence that helps.
@Suite struct NamesAndExtensionsTests {
    @Test("--only and --except take names with commas: alone, in quotes, or one for each time they are given")
    func commas() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a,\"('a', 'x')\",\"('a', 'y')\"\n1,2,3\n", to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv", "--as", "parquet") == Outcome())
            func get(_ arguments: String...) throws -> String {
                try sandbox.dirdb(through: ["env"], ["get", "db", "t", "--as", "csv"] + arguments).output
            }
            #expect(try get("--only", "('a', 'y')") == "\"('a', 'y')\"\n3\n")
            #expect(try get("--only", "a", "--only", "('a', 'y')") == "a,\"('a', 'y')\"\n1,3\n")
            #expect(try get("--only", "\"('a', 'y')\",a") == "\"('a', 'y')\",a\n3,1\n")
            #expect(try get("--except", "('a', 'x')", "--except", "('a', 'y')") == "a\n1\n")
            let missing = try sandbox.dirdb("get", "db", "t", "--as", "csv", "--only", "('a', 'z')")
            #expect(missing.status == 1 && missing.error.contains("has a comma alone or in double quotes"))
        }
    }

    @Test("A file whose extension is in upper case is of the format that it names")
    func upperCase() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a\n1\n2\n", to: "T.CSV")
            #expect(try sandbox.dirdb("put", "db", "t", "T.CSV") == Outcome())
            #expect(try sandbox.names(in: "db") == ["t.csv", "t.lock"])
            #expect(try sandbox.dirdb("put", "db", "p", "T.CSV", "--as", "parquet") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "p", "-o", "P.CSV") == Outcome())
            #expect(try sandbox.text("P.CSV") == "a\n1\n2\n")
            try sandbox.write("raw", to: "X.Dat")
            #expect(try sandbox.dirdb("put", "db", "x", "X.Dat") == Outcome())
            #expect(try sandbox.names(in: "db").contains("x.Dat"))
        }
    }

    @Test("An entry whose file is in upper case is opaque, and what is asked of it says why")
    func upperCaseInside() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a\n1\n", to: "db/t.CSV")
            let advice = "formats are named in lower case"
            #expect(try sandbox.dirdb("show", "db", "t").output.contains(advice))
            for arguments in [["--rows", "0:1"], ["--as", "parquet"], ["--only", "a"]] {
                let outcome = try sandbox.dirdb(through: ["env"], ["get", "db", "t"] + arguments)
                #expect(outcome.status == 1 && outcome.error.contains(advice), "\(outcome)")
            }
        }
    }

    @Test("TMPDIR that is not a folder is named as the cause")
    func temporaryFolder() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("", to: "file")
            for name in ["none", "file"] {
                let outcome = try sandbox.dirdb("demo", environment: ["TMPDIR": sandbox.path(of: name)])
                #expect(outcome.status == 1)
                #expect(outcome.error.contains("\(name), which TMPDIR names: "))
                #expect(
                    outcome.error.hasSuffix("set TMPDIR to a folder that you may write to, or unset it\n"))
            }
        }
    }

    @Test("A line end in a name is printed escaped, on the one line of the message")
    func lineEnds() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("raw", to: "a\nb.bin")
            #expect(try sandbox.dirdb("put", "db", "fine", "a\nb.bin") == Outcome())
            for arguments in [
                ["put", "db", "x", "no\nfile"], ["put", "db", "x\ny", "a\nb.bin"], ["get", "no\ndb", "x"],
                ["get", "db", "fine", "-o", "no\nfolder/x"], ["put", "x\ny", "a\nb.bin"],
            ] {
                let outcome = try sandbox.dirdb(through: ["env"], arguments)
                #expect(outcome.status == 1 || outcome.status == 2)
                let message = outcome.error.split(separator: "\n").first ?? ""
                #expect(message.hasPrefix("dirdb: ") && message.contains("\\"), "\(outcome.error)")
                #expect(!outcome.error.contains("\ny") && !outcome.error.contains("\nf"), "\(outcome.error)")
            }
        }
    }
}
