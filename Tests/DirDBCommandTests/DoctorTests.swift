import DirDB
import Foundation
import Testing

@Suite struct DoctorTests {
    private static let questions = [
        "exclusion", "release", "sharing", "replacement", "fileSync", "directorySync", "exclusiveCreation",
        "openFiles",
    ]

    /// The one object that `--json` prints.
    private func json(_ outcome: Outcome) throws -> JSON {
        #expect(outcome.output.hasSuffix("\n") && outcome.output.split(separator: "\n").count == 1)
        return try JSON(parsing: outcome.output)
    }

    @Test("On a sound file system all promises hold, the status is 0 and nothing is left behind")
    func sound() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "x") == Outcome())
            let before = try sandbox.names(in: "db")
            let outcome = try sandbox.dirdb("doctor", "db", "--json")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            let found = try json(outcome)
            #expect(found.path == .string(sandbox.path(of: "db")) && found.isSafe == true)
            for question in Self.questions {
                #expect(found.probes[question].holds == true, "\(question)")
            }
            #expect(found.probes.asObject?.map(\.key) == Self.questions)
            let medians = try #require(found.medianMicroseconds.asObject)
            #expect(medians.map(\.key) == ["lock", "writeAndSync", "renameAndSync", "putFull", "putRelaxed"])
            for (key, value) in medians { #expect((value.asDouble ?? 0) > 0, "\(key)") }
            #expect(found.names.isCaseSensitive == true && found.names.longest == 255)
            #expect(found.links == ["symbolic": true, "hard": true])
            #expect(found.advice.asArray?.first?.asString?.hasPrefix("Safe: ") == true)
            #expect(try sandbox.names(in: "db") == before)
        }
    }

    @Test("People get an aligned table of facts, an empty line, and sentences")
    func text() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let outcome = try sandbox.dirdb("doctor", "db")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            let end = try #require(lines.firstIndex(of: ""))
            let facts = lines[..<end]
            let titles = [
                "directory", "file system", "mount options", "location", "lock between processes",
                "lock of a killed process", "shared locks", "replacing by rename", "sync of a file",
                "sync of a directory", "exclusive creation", "open and mapped files", "names", "links",
                "lock and unlock", "write 4 KiB and sync", "rename and sync directory", "put 4 KiB, durable",
                "put 4 KiB, relaxed",
            ]
            let width = titles.map(\.count).max() ?? 0
            #expect(facts.map { $0.prefix(width).trimmingCharacters(in: .whitespaces) } == titles)
            for line in facts { #expect(line.dropFirst(width).prefix(2) == "  " && line.count > width + 2) }
            let sentences = lines[(end + 1)...].dropLast()
            #expect(sentences.first?.hasPrefix("Safe: ") == true)
            #expect(sentences.contains { $0.hasPrefix("Other machines: ") })
            #expect(sentences.contains { $0.hasPrefix("Power loss: ") })
            for sentence in sentences { #expect(sentence.hasSuffix(".")) }
            #expect(try sandbox.names(in: "db") == ["a.bin"])
        }
    }

    @Test(
        "A broken promise is found, said, and status 1; nothing is left behind",
        .enabled(if: FaultyFileSystem.isPossible, "clang, of the Swift toolchain, is not in PATH"),
        arguments: [
            (FaultyFileSystem.noLocks, ["exclusion"], "the file system offers no flock"),
            (.uselessLocks, ["exclusion"], "a second process got a lock that the first one held"),
            (.twoStepRename, ["replacement"], "the name was missing during a replacement"),
            (.copyingRename, ["replacement", "openFiles"], " was seen"),
            (.noDirectorySync, ["directorySync"], "Invalid argument"),
        ])
    func broken(_ system: FaultyFileSystem, questions: [String], cause: String) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let prefix = try system.prefix(in: sandbox.path(of: "faults"))
            let outcome = try sandbox.dirdb(through: prefix, "doctor", "db", "--json")
            #expect(outcome.status == 1)
            let found = try json(outcome)
            #expect(found.isSafe == false)
            let failed = Self.questions.filter { found.probes[$0].holds == false }
            #expect(failed == questions, "\(outcome)")
            let advice = found.advice.asArray?.compactMap(\.asString) ?? []
            #expect(advice.filter { $0.hasPrefix("Unsafe: ") }.count == questions.count)
            #expect(advice.first?.hasPrefix("Unsafe: ") == true && advice.first?.contains(cause) == true)
            #expect(!advice.contains { $0.hasPrefix("Safe: ") })
            #expect(try sandbox.names(in: "db") == ["a.bin"])
        }
    }

    @Test(
        "Without links it is safe as well; what follows is said, and pairs and renames work",
        .enabled(if: FaultyFileSystem.isPossible, "clang, of the Swift toolchain, is not in PATH"),
        arguments: [
            (
                FaultyFileSystem.noSymbolicLinks,
                "Links: without symbolic links the record of a commit is a file"
            ),
            (.noHardLinks, "Links: without hard links a rename copies the data"),
        ])
    func withoutLinks(_ system: FaultyFileSystem, _ sentence: String) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let prefix = try system.prefix(in: sandbox.path(of: "faults"))
            let outcome = try sandbox.dirdb(through: prefix, "doctor", "db", "--json")
            #expect(outcome.status == 0)
            let found = try json(outcome)
            let isHard = system == .noSymbolicLinks
            #expect(
                found.isSafe == true && found.links == ["symbolic": .bool(!isHard), "hard": .bool(isHard)])
            let advice = found.advice.asArray?.compactMap(\.asString) ?? []
            #expect(advice.first?.hasPrefix("Safe: ") == true)
            #expect(advice.filter { $0.hasPrefix("Links: ") }.map { $0.hasPrefix(sentence) } == [true])
            for arguments in [
                ["put", "db", "a", "-", "--set", "k=1"], ["mv", "db", "a", "b"], ["verify", "db"],
            ] {
                #expect(try sandbox.dirdb(through: prefix, arguments, input: "y").status == 0, "\(arguments)")
            }
            #expect(try sandbox.names(in: "db") == ["a.lock", "b.bin", "b.json", "b.lock"])
        }
    }

    @Test(
        "Without locks, each command that locks says so at once, and those that read work",
        .enabled(if: FaultyFileSystem.isPossible, "clang, of the Swift toolchain, is not in PATH"))
    func withoutLocks() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", "--set", "k=1", input: "x") == Outcome())
            let prefix = try FaultyFileSystem.noLocks.prefix(in: sandbox.path(of: "faults"))
            let sentence = """
                cannot lock \(sandbox.path(of: "db"))/a.lock: No locks available; the file system offers no flock: \
                mount it with locks or move the database to one that has them
                """
            let before = try sandbox.names(in: "db")
            for arguments in [
                ["put", "db", "a", "/dev/null"], ["meta", "db", "a", "--set", "k=2"], ["rm", "db", "a"],
                ["mv", "db", "a", "b"], ["cp", "db", "a", "b"], ["lock", "db", "a", "--", "true"],
            ] {
                let outcome = try sandbox.dirdb(through: prefix, arguments)
                #expect(outcome == .failure(sentence), "\(arguments)")
            }
            #expect(try sandbox.names(in: "db") == before)
            #expect(try sandbox.dirdb(through: prefix, "get", "db", "a") == Outcome(output: "x"))
            for arguments in [["ls", "db"], ["show", "db", "a"], ["verify", "db"], ["recover", "db"]] {
                #expect(try sandbox.dirdb(through: prefix, arguments).status == 0, "\(arguments)")
            }
        }
    }

    @Test("A disk that takes no bytes is a failed probe, and nothing is left behind")
    func fileSizeLimit() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            // A limit of 0 on the size of files, as a full disk does, refuses every write.
            let outcome = try sandbox.shell("ulimit -f 0; $DIRDB doctor db")
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.output.contains("\nUnsafe: ") && outcome.output.contains("File too large"))
            #expect(try sandbox.names(in: "db") == ["a.bin"])
        }
    }

    @Test("A missing folder and one that is a file are errors")
    func missing() throws {
        try Sandbox.run { sandbox in
            let sentence = "there is no database at none; check the path or create it by a first put"
            #expect(try sandbox.dirdb("doctor", "none") == .failure(sentence))
            try sandbox.write("x", to: "file")
            let outcome = try sandbox.dirdb("doctor", "file")
            #expect(
                outcome.status == 1 && outcome.output.isEmpty
                    && outcome.error.contains("file: Not a directory"))
            #expect(try sandbox.names(in: ".") == ["file"])
        }
    }

    @Test(
        "A signal ends the examination with 128 + N, and nothing is left behind",
        arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let outcome = try sandbox.interrupt(
                ["doctor", "db"], by: signal,
                when: { try sandbox.names(in: "db").contains { $0.hasPrefix(".dirdb-doctor.") } })
            #expect(outcome == Outcome(status: 128 + signal))
            #expect(try sandbox.names(in: "db") == ["a.bin"])
        }
    }
}
