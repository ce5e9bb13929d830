import DirDB
import DirDBDumpers
import Testing

@Suite("ls with columns, csv, and facts in conditions")
struct ListColumnsTests {
    private static func fill(_ sandbox: Sandbox) throws {
        let db = try Database(sandbox.path(of: "db"), dumpers: [])
        try db["a"].put(NDArray([1.0, 2]), meta: ["mean": 1.5, "kind": "x", "stats": ["n": 2]])
        try db["b"].put(NDArray([1.0]), meta: ["mean": 0.25, "kind": "y, z"])
        try db["c"].put(NDArray<Float>([1, 2, 3]), meta: ["mean": 1.5])
        try db["d"].put([1])
    }

    private static func names(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let listed = try sandbox.dirdb(through: ["env"], ["ls", "db", "--json"] + arguments)
        #expect(listed.status == 0)
        return try listed.lines.map { try JSON(parsing: $0).name.asString ?? "" }.joined()
    }

    @Test("Keys of metadata are columns, and fields of csv")
    func columns() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            let lines = try sandbox.dirdb("ls", "db", "--columns", "mean,stats.n").lines
            #expect(lines[0].hasSuffix("AGE  mean  stats.n") && lines[1].hasSuffix("1.5        2"))
            #expect(lines[4].hasSuffix("-        -"))
            let csv = try sandbox.dirdb("ls", "db", "b", "--csv", "--columns", "kind,mean").lines
            #expect(csv[0] == "name,format,dtype,shape,bytes,modified,kind,mean")
            #expect(csv[1].hasPrefix("b,npy,float64,1,136,2") && csv[1].hasSuffix(#"Z,"y, z",0.25"#))
            let whole = try sandbox.dirdb("ls", "db", "c", "--csv").lines
            #expect(whole[1].hasSuffix(#","{""mean"": 1.5}""#))
            #expect(try sandbox.dirdb("ls", "db", "--columns", "mean,").status == 2)
            #expect(try sandbox.dirdb("ls", "db", "--csv", "--json").status == 2)
        }
    }

    @Test("The order is that of several keys, what is missing last")
    func order() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(try Self.names(sandbox, "--sort", "mean") == "bacd")
            #expect(try Self.names(sandbox, "--sort", "mean,size") == "bcad")
            #expect(try Self.names(sandbox, "--sort", "kind,name") == "abcd")
            #expect(try Self.names(sandbox, "--sort", "mean", "--reverse") == "dcab")
            #expect(try Self.names(sandbox, "--sort", "size,name").hasPrefix("d"))
        }
    }

    @Test("Conditions are on format, size, shape and age too, after the keys of the metadata")
    func facts() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(try Self.names(sandbox, "--where", "format=npy") == "abc")
            #expect(try Self.names(sandbox, "--where", "size<10") == "d")
            #expect(try Self.names(sandbox, "--where", "shape=[1]") == "b")
            #expect(try Self.names(sandbox, "--where", "dtype=float32", "--where", "age<3600") == "c")
            #expect(try Self.names(sandbox, "--where", "age>3600") == "")
            #expect(try sandbox.dirdb("meta", "db", "d", "--set", "format=mine") == Outcome())
            #expect(try Self.names(sandbox, "--where", "format=mine") == "d")
        }
    }
}
