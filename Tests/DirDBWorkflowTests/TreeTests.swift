import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct TreeTests {
    @Test("The tree has all entries with what headers tell, and sums what it does not list")
    func tree() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let tree = try db.tree()
        #expect(tree.name == "db" && tree.entryCount == 7)
        #expect(tree.entries.map(\.name) == ["a", "b", "cell", "note"])
        #expect(tree.entries.map { $0.info?.format } == ["npy", "npy", "hoc", nil])
        #expect(tree.entries[0].info?.content.shape == [3])
        #expect(tree.subdatabases.map(\.name) == ["sub"] && tree.subdatabases[0].entryCount == 3)
        let narrow = try db.tree(depth: 1, width: 1)
        #expect(narrow.entryCount == 7 && narrow.bytes == tree.bytes)
        #expect(narrow.entries.map(\.name) == ["a"] && narrow.hiddenEntryCount == 3)
        #expect(narrow.subdatabases[0].entries.isEmpty && narrow.subdatabases[0].hiddenEntryCount == 2)
        #expect(narrow.subdatabases[0].hiddenSubdatabaseCount == 1 && narrow.subdatabases[0].entryCount == 3)
    }

    @Test("Sizes that no sum can hold are no trap")
    func huge() throws {
        let directory = try TemporaryDirectory()
        try Database.temporary { db in
            // As large as a file may be on tmpfs, which other file systems refuse.
            for name in ["a.dat", "b.dat"] {
                let path = "\(db.path)/\(name)"
                try Data().write(to: URL(fileURLWithPath: path))
                if truncate(path, .max) != 0 { return }
            }
            #expect(try db.tree().bytes == .max)
            var options = BackupOptions()
            options.isDryRun = true
            let report = try Backup.run(from: db.path, to: directory.path(of: "copy"), options: options) {
                _ in
            }
            #expect(report.items.count == 2)
        }
    }

    @Test("Damaged data and unreadable sub-databases are told where they are, and the rest is listed")
    func problems() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try directory.write("no array", to: "db/a.npy")
        let tree = try SystemCall.$observer.withValue(
            { $0.name == .open && $0.file == "deep" ? .fail(EACCES) : .proceed }, operation: { try db.tree() }
        )
        #expect(tree.entries[0].problem?.contains("damaged") == true && tree.entries[1].problem == nil)
        #expect(tree.subdatabases[0].subdatabases[0].problem?.contains("Permission denied") == true)
        let shallow = try SystemCall.$observer.withValue(
            { $0.name == .open && $0.file == "deep" ? .fail(EACCES) : .proceed },
            operation: { try db.tree(depth: 0) })
        #expect(shallow.entries.isEmpty && shallow.subdatabases[0].entries.isEmpty)
        #expect(
            shallow.subdatabases[0].subdatabases.map(\.problem)
                == tree.subdatabases[0].subdatabases.map(\.problem))
    }
}
