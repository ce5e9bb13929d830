import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// A database that somebody hostile has prepared cannot make anything outside its directory be read, written,
/// removed or created, whatever is done with it.
@Suite(.timeLimit(.minutes(120))) struct AttackTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Prepares the database `db` beside the directory `outside`.
        let prepare: @Sendable (borrowing TemporaryDirectory) throws -> Void
    }

    private static let id = "0123456789abcdef"

    /// A link in the database to something outside.
    private static func link(_ name: String, to target: String) -> Attack {
        Attack(testDescription: "\(name) is a link to \(target)") { directory throws in
            try FileManager.default.createSymbolicLink(
                atPath: directory.path(of: "db/\(name)"), withDestinationPath: directory.path(of: target))
        }
    }

    /// A record of the attacker's choice, in a file.
    private static func record(_ body: [String], of entry: String = "a") -> Attack {
        Attack(testDescription: "a record says \(body.joined(separator: " ").prefix(80))") {
            directory throws in
            let text = (["1", id] + body).joined(separator: "\t")
            try directory.write("\(text)\n", to: "db/.\(entry).intent")
        }
    }

    /// A symbolic link in the place of a record.
    private static func recordLink(_ target: [UInt8], _ description: String) -> Attack {
        Attack(testDescription: "a record is a link to \(description)") { directory throws in
            let bytes = target.map { CChar(bitPattern: $0) } + [0]
            try #require(symlink(bytes, directory.path(of: "db/.a.intent")) == 0)
        }
    }

    private static func recordLink(_ body: [String]) -> Attack {
        let text = (["1", id] + body).joined(separator: "\t")
        return recordLink(Array(text.utf8), "\(text.prefix(80))")
    }

    private static func file(_ name: String, _ content: Data, _ description: String) -> Attack {
        Attack(testDescription: description) { directory throws in
            try directory.write(content, to: "db/\(name)")
        }
    }

    /// What a file "victim" of the content "precious" looks like to a record.
    private static let precious = "8-\(Checksum.hexadecimal(Array("precious".utf8)))"

    private static let links = [
        link("a.lock", to: "outside/victim"), link("a.lock", to: "outside/new"),
        link("a.bin", to: "outside/victim"),
        link("a.bin", to: "outside/new"), link("a.json", to: "outside/meta.json"),
        link("a.json", to: "outside/new"),
        link(".a.intent", to: "outside/record"), link(".a.intent", to: "outside/new"),
        link(".a.\(id).bin.tmp", to: "outside/victim"), link(".a.\(id).json.tmp", to: "outside/meta.json"),
        link("sub", to: "outside"), link("sub", to: "outside/none"), link("a", to: "outside"),
    ]

    private static let records = [
        record(["D", "../outside/victim", precious]), record(["D", "/../../outside/victim", precious]),
        record(["D", "bin/../../outside/victim", precious]), record(["D", "", precious], of: "a"),
        record(["R", "../../outside/victim", precious, "-"]), record(["R", "bin", "x", "y"]),
        record(["R", "bin"]), record(["Q", "bin", precious]), record([]), record(["D", "lock", precious]),
        record(Array(repeating: "D", count: 10_000)),
        record((0..<2000).flatMap { _ in ["D", "bin", precious] }),
    ]

    private static let recordLinks = [
        recordLink(["D", "../outside/victim", precious]),
        recordLink(["D", "/../../outside/victim", precious]),
        recordLink(["D", "", precious]), recordLink(["R", "../../outside/victim", precious, "-"]),
        recordLink(["R", "bin", "-", "-", "D", "bin", precious]), recordLink(["R", "bin", "-", "-"]),
        recordLink((0..<60).flatMap { ["D", "x\($0)", precious] }),
        recordLink(Array("/etc/passwd".utf8), "/etc/passwd"),
        recordLink(Array("../outside/victim".utf8), "../outside/victim"),
        recordLink(Array("../outside/new".utf8), "../outside/new"), recordLink(Array("..".utf8), ".."),
        recordLink(Array(".a.intent".utf8), "itself"),
        recordLink([UInt8](repeating: UInt8(ascii: "x"), count: 4000), "4000 characters"),
        recordLink([0xFF, 0xFE, 9, 0xC3], "bytes that are no UTF-8"),
    ]

    private static let contents = [
        file(".a.intent", Data(count: 50 << 20), "a record of 50 MB of zeros"),
        file(
            ".a.intent", Data("1\t".utf8) + Data(repeating: 9, count: 100_000) + [10], "a record of tabs"),
        file("a.json", Data(repeating: UInt8(ascii: "["), count: 1 << 20), "metadata of a million brackets"),
        file(
            "a.json", Data("{\"k\": \(String(repeating: "9", count: 1 << 20))}".utf8),
            "a number of a million digits"),
        file("a.json/x", Data(), "a directory in the place of the metadata"),
        file("a.lock/x", Data(), "a directory in the place of the lock"),
        file(".a.intent/x", Data(), "a directory in the place of the record"),
        file(".a.\(id).bin.tmp/x", Data(), "a directory in the place of a temporary file"),
        file("a.bin/x", Data(), "a directory in the place of the data"),
        Attack(testDescription: "directories nested 200 deep") { directory throws in
            // One by one from within: the whole path would be too long.
            let script = "cd \"$1\"; for i in $(seq 200); do mkdir d; cd -P d 2>/dev/null || exit 0; done"
            let shell = try Process.run(
                URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", script, "sh", directory.path(of: "db")])
            shell.waitUntilExit()
        },
    ]

    /// Everything that can be done with a database; errors are expected, effects outside are not.
    private func doEverything(_ db: Database) {
        let changes: [(Database) throws -> Void] = [
            { _ = try $0["a"].exists }, { _ = try $0["a"].meta }, { _ = try $0["a"].info() },
            { _ = try $0["a"].inspect() }, { _ = try $0["a"].bytes() }, { _ = try $0["a"].map() },
            { _ = try $0["sub", "victim"].bytes() },
            { _ = try $0.verify() },
            { for entry in try $0.entries(recursive: true) { _ = try? entry.inspect() } },
            { _ = try $0.recover(timeout: .zero) }, { try $0["a"].updateMeta(timeout: .zero) { $0.k = 1 } },
            { try $0["a"].replaceMeta(with: ["k": 2], timeout: .zero) },
            { try $0["a"].put([1, 2, 3], meta: ["k": 3], timeout: .zero) },
            { try $0["a"].put([4], timeout: .zero) },
            { try $0["sub", "victim"].put([1], timeout: .zero) },
            { try $0["sub", "victim"].delete(timeout: .zero) },
            { try $0["a"].copy(to: $0["b"], replacing: true, timeout: .zero) },
            { try $0["a"].copy(to: $0["sub", "c"], replacing: true, timeout: .zero) },
            { try $0["a"].rename(to: $0["sub", "victim"], replacing: true, timeout: .zero) },
            { try $0["a"].rename(to: $0["c"], replacing: true, timeout: .zero) },
            { try $0["c"].rename(to: $0["a"], replacing: true, timeout: .zero) },
            { try $0["a"].delete(timeout: .zero) },
            { _ = try $0.recover(timeout: .zero, removingLocks: true) },
        ]
        for change in changes { try? change(db) }
    }

    @Test(
        "Nothing outside is read, written, removed or created",
        arguments: links + records + recordLinks + contents)
    func outside(_ attack: Attack) throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", to: "outside/victim")
        try directory.write("{\"secret\": true}", to: "outside/meta.json")
        try directory.write("precious", to: "outside/victim.bin")
        try directory.write("x", to: "db/other.bin")
        try attack.prepare(directory)
        let outside = directory.path(of: "outside")
        let before = try DiskImage(outside).described
        let db = try Database(directory.path(of: "db"), .mustExist, durability: .relaxed, dumpers: [])
        #expect((try? db["a"].meta)?.secret != true)
        #expect((try? db["a"].bytes()) != Array("precious".utf8))
        #expect((try? db["sub", "victim"].bytes()) == nil)
        doEverything(db)
        #expect(try DiskImage(outside).described == before)
        #expect(try db["other"].bytes() == Array("x".utf8))
        #expect(try directory.names().filter { !$0.hasPrefix("db") && !$0.hasPrefix("outside") }.isEmpty)
    }
}
