import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDB

@Suite("Names of entries, formats and files")
struct NameTests {
    private static let choice =
        "choose 1 to 200 bytes of UTF-8 without slashes or control characters that do not start with a dot"

    @Test(
        "An illegal name is refused with a sentence before the disk is touched",
        arguments: [
            ("", "\"\"", "it is empty"),
            (".", "\".\"", "it starts with a dot"),
            ("..", "\"..\"", "it starts with a dot"),
            (".hidden", "\".hidden\"", "it starts with a dot"),
            ("../x", "\"../x\"", "it starts with a dot"),
            ("/etc/passwd", "\"/etc/passwd\"", "it contains a slash"),
            ("a/../../b", "\"a/../../b\"", "it contains a slash"),
            ("a\0b", #""a\0b""#, "it contains a control character"),
            ("a\nb", #""a\nb""#, "it contains a control character"),
            ("a\u{1B}b", #""a\u{1B}b""#, "it contains a control character"),
            ("a\u{7F}b", #""a\u{7F}b""#, "it contains a control character"),
            ("a\u{9B}2J", #""a\u{009B}2J""#, "it contains a control character"),
            (
                String(repeating: "x", count: 201), "\"\(String(repeating: "x", count: 60))…\"",
                "it is longer than 200 bytes"
            ),
            (
                String(repeating: "é", count: 101), "\"\(String(repeating: "é", count: 60))…\"",
                "it is longer than 200 bytes"
            ),
        ])
    func illegalNames(_ name: String, _ quoted: String, _ objection: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let expected = DirDBError(
            .invalidName, path: db.path, subject: "\(quoted) cannot be a name in \(db.path)", objection,
            remedy: Self.choice)
        #expect(failure { () throws in _ = try db[name] } == expected)
        #expect(failure { () throws in _ = try db[name, "entry"] } == expected)
        #expect(failure { () throws in _ = try db.subdatabase(name) } == expected)
        #expect(failure { () throws in _ = try db.contains(name) } == expected)
        #expect(try directory.names() == [])
    }

    @Test(
        "A legal name, however odd, stores, lists, reads and removes an entry",
        arguments: [
            "a", "a.b", "a..b", "a.", "a..", "x.lock", "x.intent", "x.json", "x.tmp", "-rf", " ", "a b", "é",
            "e\u{301}", "\u{301}a", "日本語", "a\\b", "x.0123456789abcdef", "json", "lock",
            String(repeating: "x", count: 200), String(repeating: "é", count: 100),
        ])
    func legalNames(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let entry = try db[name]
        let format = String(repeating: "f", count: 32)
        try entry.put([1], as: RawBytes(format), meta: ["k": 1])
        try entry.put([2, 3], meta: ["k": 2])
        let listed = try Array(db.entries(withoutData: true))
        #expect(listed == [entry])
        #expect(listed.map(\.name).hasSameBytes(as: [name]))
        #expect(try listed.first?.bytes() == [2, 3])
        #expect(try db.verify().isEmpty)
        try entry.rename(to: db["other"])
        try db["other"].rename(to: entry)
        try entry.delete()
        #expect(try directory.names().allSatisfy { $0.hasSuffix(".lock") })
        #expect(try db.verify().isEmpty)
    }

    @Test("Two normalisations of one name are two entries, and a rename between them is one of two")
    func normalisation() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let composed = try db["\u{E9}"]
        let decomposed = try db["e\u{301}"]
        try composed.put([1], meta: ["k": 1])
        #expect(composed != decomposed)
        #expect(try !decomposed.exists)
        try decomposed.put([2], meta: ["k": 2])
        #expect(try Set(db.entries()) == [composed, decomposed])
        try composed.rename(to: decomposed, replacing: true)
        #expect(try Array(db.entries()) == [decomposed])
        #expect(try decomposed.bytes() == [1])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A format that no data file may have is refused by every access",
        arguments: [
            ("json", "the extension .json is reserved"), ("lock", "the extension .lock is reserved"),
            ("a.b", "it contains a dot"), ("/../../x", "it contains a dot"), ("d/x", "it contains a slash"),
            ("n\0", "it contains a control character"),
            (String(repeating: "f", count: 33), "it is longer than 32 bytes"),
        ])
    func illegalFormats(_ format: String, _ objection: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let entry = try db["a"]
        try entry.put([1], meta: ["k": 1])
        // Where a path that is not checked would lead.
        try directory.write("secret", to: "a./x")
        try directory.write("secret", to: "a.d/x")
        let quoted = format == "n\0" ? #"n\0"# : format
        let expected = DirDBError(
            .invalidName, path: entry.path, subject: "\"\(quoted)\" cannot be the format of \(entry.path)",
            objection, remedy: "choose another extension")
        let dumper = RawBytes(format)
        #expect(failure { () throws in try entry.put([2], as: dumper) } == expected)
        #expect(failure { () throws in _ = try entry.get(as: dumper) } == expected)
        #expect(failure { () throws in _ = try entry.format(format).bytes() } == expected)
        #expect(failure { () throws in _ = try entry.format(format).exists } == expected)
        #expect(failure { () throws in _ = try entry.format(format).info() } == expected)
        #expect(failure { () throws in try entry.format(format).delete() } == expected)
        #expect(failure { () throws in _ = try entry.withLock { try $0.get(as: dumper) } } == expected)
        #expect(failure { () throws in _ = try directory.database(dumpers: [dumper]) }?.code == .invalidName)
        #expect(try entry.bytes() == [1])
        #expect(try entry.meta == ["k": 1])
        #expect(try directory.text("a./x") == "secret")
    }

    @Test("A name with a dot has no data without extension, which would be another entry's")
    func dotsAndNoExtension() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], as: RawBytes("b"))
        let entry = try db["a.b"]
        let expected = DirDBError(
            .invalidName, path: entry.path, subject: "\"\" cannot be the format of \(entry.path)",
            "the name has a dot, so its file needs an extension", remedy: "choose another extension")
        #expect(failure { () throws in try entry.put([2], as: RawBytes("")) } == expected)
        #expect(failure { () throws in _ = try entry.get(as: RawBytes("")) } == expected)
        #expect(failure { () throws in _ = try entry.format("").exists } == expected)
        #expect(try !directory.database(dumpers: [RawBytes("")])["a.b"].exists)
        try db["a."].put([3], as: RawBytes(""))
        #expect(try db["a."].bytes() == [3])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A file's role follows from its name",
        arguments: [
            ("a", .data(entry: "a", format: "")), ("a.npy", .data(entry: "a", format: "npy")),
            ("a.b.npy", .data(entry: "a.b", format: "npy")), ("a.", .data(entry: "a.", format: "")),
            ("a..npy", .data(entry: "a.", format: "npy")), ("json", .data(entry: "json", format: "")),
            ("a.json", .metadata(entry: "a")), ("a.lock.json", .metadata(entry: "a.lock")),
            ("a.lock", .lock(entry: "a")), (".a.lock", .lock(entry: "a")),
            (".dirdb.lock", .lock(entry: ".dirdb")),
            (".a.intent", .intent(entry: "a")),
            (".\u{301}a.intent", .intent(entry: "\u{301}a")),
            ("a.intent", .data(entry: "a", format: "intent")), ("a.tmp", .data(entry: "a", format: "tmp")),
            (".a.0123456789abcdef.npy.tmp", .temporary(entry: "a")),
            (".a.0123456789abcdef..tmp", .temporary(entry: "a")),
            (".a..0123456789abcdef.npy.tmp", .temporary(entry: "a.")),
            (".a.0123456789ABCDEF.npy.tmp", .foreign), (".a.123.npy.tmp", .foreign), (".a.tmp", .foreign),
            (".intent", .foreign), (".tmp", .foreign), ("..intent", .foreign), (".json", .foreign),
            (".lock", .foreign), (".nfs0001", .foreign), ("", .foreign), (".", .foreign),
            ("a.\(String(repeating: "f", count: 33))", .foreign), ("a.b\tc", .foreign),
            ("\(String(repeating: "x", count: 201)).npy", .foreign),
        ] as [(String, FileRole)])
    func roles(_ file: String, _ role: FileRole) {
        #expect(FileRole(file) == role)
    }

    @Test("Every file name that is made is recognised, and fits into 255 bytes")
    func roundTrips() {
        for name in ["a", "a.b", "a.", "x.lock", "x.intent", "e\u{301}", String(repeating: "n", count: 200)] {
            let files = FileNames(entry: name)
            for format in ["npy", "intent", "tmp", String(repeating: "f", count: 32)] {
                #expect(FileRole(files.data(format)) == .data(entry: name, format: format))
                let temporary = files.temporary(format, id: CommitID())
                #expect(FileRole(temporary) == .temporary(entry: name))
                #expect(temporary.utf8.count <= 255)
            }
            #expect(FileRole(files.metadata) == .metadata(entry: name))
            #expect(FileRole(files.lock) == .lock(entry: name))
            #expect(FileRole(files.intent) == .intent(entry: name))
        }
    }
}
