import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// States that a crash leaves, made by hand: the rows of the protocol's section on recovery.
@Suite("Recovery of one entry")
final class RecoveryTests {
    private let directory: TemporaryDirectory
    private let db: Database
    private let id: CommitID

    init() throws {
        directory = try TemporaryDirectory()
        db = try directory.database()
        id = CommitID()
    }

    private func content(_ text: String) throws -> ContentIdentity {
        let name = "content-\(UUID().uuidString).bin"
        try directory.write(text, to: name)
        defer { unlink(directory.path(of: name)) }
        return try #require(try ContentIdentity.current(name, in: db.openDirectory()))
    }

    private func stage(_ format: String, _ text: String) throws {
        try directory.write(text, to: FileNames(entry: "a").temporary(format, id: id))
    }

    private func record(_ steps: [Step], isLink: Bool = true) throws {
        let text = Record(id: id, steps: steps).text
        if isLink {
            try #require(symlink(text, directory.path(of: ".a.intent")) == 0)
        } else {
            try directory.write("\(text)\n", to: ".a.intent")
        }
    }

    /// The record of a commit that replaces data and metadata.
    private func recordPair(isLink: Bool = true) throws {
        try record(
            [
                .replace("bin", new: try content("new"), old: try content("old")),
                .replace("json", new: try content(#"{"k":2}"#), old: try content(#"{"k":1}"#)),
            ], isLink: isLink)
    }

    private func write(_ data: String, _ metadata: String) throws {
        try directory.write(data, to: "a.bin")
        try directory.write(metadata, to: "a.json")
    }

    private func expect(_ data: String, _ metadata: JSON) throws {
        #expect(try db["a"].bytes() == Array(data.utf8))
        #expect(try db["a"].meta == metadata)
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == ["a.bin", "a.json"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "All pending: the commit is completed, from a record in either form", arguments: [0, 1, 2],
        [true, false])
    func pending(_ done: Int, _ isLink: Bool) throws {
        try write(done > 0 ? "new" : "old", done > 1 ? #"{"k":2}"# : #"{"k":1}"#)
        if done < 1 { try stage("bin", "new") }
        if done < 2 { try stage("json", #"{"k":2}"#) }
        try recordPair(isLink: isLink)
        try expect("new", ["k": 2])
    }

    @Test(
        "Whoever comes first settles it: each reader, a lock of either kind, a change, recover",
        arguments: 0..<9)
    func firstComer(_ index: Int) throws {
        try write("new", #"{"k":1}"#)
        try stage("json", #"{"k":2}"#)
        try recordPair()
        let entry = try db["a"]
        switch index {
        case 0: #expect(try entry.exists)
        case 1: #expect(try entry.meta == ["k": 2])
        case 2: #expect(try entry.inspect().meta.get() == ["k": 2])
        case 3: #expect(try entry.withLock(.shared) { $0.meta } == ["k": 2])
        case 4: #expect(try entry.withLock { $0.meta } == ["k": 2])
        case 5: try entry.updateMeta { #expect($0 == ["k": 2]) }
        case 6: #expect(try db.recover().settled == [entry])
        case 7:
            try entry.rename(to: db["b"])
            try db["b"].rename(to: entry)
        default:
            try entry.copy(to: db["b"])
            #expect(try db["b"].meta == ["k": 2])
            try db["b"].delete()
        }
        #expect(try directory.text("a.json") == #"{"k":2}"#)
        try expect("new", ["k": 2])
    }

    @Test("Data read alone is old or new, and not older once metadata was read")
    func dataAlone() throws {
        try write("old", #"{"k":1}"#)
        try stage("bin", "new")
        try stage("json", #"{"k":2}"#)
        try recordPair()
        let entry = try db["a"].format("bin")
        #expect(try entry.bytes() == Array("old".utf8))
        #expect(try entry.meta == ["k": 2])
        #expect(try entry.bytes() == Array("new".utf8))
        try expect("new", ["k": 2])
    }

    @Test("A first put that was cut short after its record is there for everybody", arguments: 0..<5)
    func firstPut(_ index: Int) throws {
        try stage("bin", "new")
        try stage("json", #"{"k":2}"#)
        try record([
            .replace("bin", new: try content("new")),
            .replace("json", new: try content(#"{"k":2}"#)),
        ])
        switch index {
        case 0: #expect(try db.contains("a"))
        case 1:
            try db["a"].rename(to: db["b"])
            try db["b"].rename(to: db["a"])
        case 2:
            try db["a"].copy(to: db["b"])
            try db["b"].delete()
        case 3:
            try db["a"].delete()
            #expect(try db.verify().isEmpty)
            return
        default: break
        }
        try expect("new", ["k": 2])
    }

    @Test("FOREIGN: what a program that ignores records has written since stays, with nothing of the commit")
    func foreign() throws {
        try write("theirs", #"{"k":1}"#)
        try stage("bin", "new")
        try stage("json", #"{"k":2}"#)
        try recordPair()
        try expect("theirs", ["k": 1])
    }

    @Test("An undo that dies before any call is an undo for the next as well")
    func deathsInUndo() throws {
        var (call, isOver) = (0, false)
        while !isOver {
            try write("theirs", #"{"k":1}"#)
            try stage("bin", "new")
            try stage("json", #"{"k":2}"#)
            try recordPair()
            let death = Disturbance.death(at: call)
            _ = try? death.run { try db.recover() }
            isOver = death.count <= call
            _ = try db.recover()
            try expect("theirs", ["k": 1])
            call += 1
        }
    }

    @Test("FOREIGN with another change done: the done one stays, the foreign file too")
    func foreignAndDone() throws {
        try write("new", #"{"theirs":1}"#)
        try stage("json", #"{"k":2}"#)
        try recordPair()
        try expect("new", ["theirs": 1])
    }

    @Test("LOST: a commit of which a file is neither pending nor done is undone")
    func lost() throws {
        try write("old", #"{"k":1}"#)
        try stage("json", #"{"k":2}"#)
        try recordPair()
        try expect("old", ["k": 1])
    }

    @Test("A staged file that a power cut has torn takes no place; the old version stays, data and metadata")
    func tornTemporary() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: [])
        try db["a"].put([1, 2, 3], meta: ["v": 1])
        try? SystemCall.$observer.withValue(
            { $0.name == .rename || $0.name == .unlink ? .fail(EIO) : .proceed },
            operation: { try db["a"].put([4, 5, 6], meta: ["v": 2], durability: .relaxed) })
        let staged = try #require(try directory.names().first { $0.hasSuffix(".bin.tmp") })
        #expect(truncate(directory.path(of: staged), 0) == 0)
        #expect(try db["a"].meta == ["v": 1])
        #expect(try db["a"].bytes() == [1, 2, 3])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test("A record in a file that was cut short counts as absent", arguments: [0, 1, 20, 60])
    func torn(_ count: Int) throws {
        try write("old", #"{"k":1}"#)
        try stage("bin", "new")
        try stage("json", #"{"k":2}"#)
        try recordPair(isLink: false)
        try directory.write(String(try directory.text(".a.intent").prefix(count)), to: ".a.intent")
        #expect(try db["a"].bytes() == Array("old".utf8))
        #expect(try directory.names().contains(".a.intent") == false)
        #expect(try db.recover().removedTemporaries == 2)
        try expect("old", ["k": 1])
    }

    @Test("Records of a deletion: it is completed, wherever it was cut short", arguments: [0, 1, 2])
    func deletion(_ done: Int) throws {
        if done < 1 { try directory.write("old", to: "a.bin") }
        if done < 2 { try directory.write(#"{"k":1}"#, to: "a.json") }
        try record([
            .remove("bin", old: try content("old")),
            .remove("json", old: try content(#"{"k":1}"#)),
        ])
        #expect(try !db["a"].exists)
        #expect(try db["a"].meta == [:])
        #expect(try directory.names() == ["a.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test("A deletion spares a file that somebody has written since")
    func foreignDeletion() throws {
        try write("theirs", #"{"k":1}"#)
        try record([
            .remove("bin", old: try content("old")),
            .remove("json", old: try content(#"{"k":9}"#)),
        ])
        try expect("theirs", ["k": 1])
    }

    @Test("A deletion whose data was written again since is undone: its metadata stays")
    func foreignDataOfDeletion() throws {
        try write("theirs", #"{"k":1}"#)
        try record([
            .remove("bin", old: try content("old")), .remove("json", old: try content(#"{"k":1}"#)),
        ])
        try expect("theirs", ["k": 1])
    }

    @Test("LOST: the old format stays when the staged file of the new one was left out")
    func lostFormat() throws {
        try directory.write("old", to: "a.dat")
        try record([
            .replace("bin", new: try content("new")), .remove("dat", old: try content("old")),
        ])
        #expect(try db["a"].bytes() == Array("old".utf8))
        #expect(try db.recover().failures.isEmpty)
        #expect(try directory.names() == ["a.dat", "a.lock"])
    }

    @Test("TORN: nothing goes for a file that is torn, whatever else is done")
    func tornFormat() throws {
        try directory.write("old", to: "a.dat")
        try directory.write(#"{"k":2}"#, to: "a.json")
        try stage("bin", "ne")
        try record([
            .replace("bin", new: try content("new")),
            .replace("json", new: try content(#"{"k":2}"#), old: try content(#"{"k":1}"#)),
            .remove("dat", old: try content("old")),
        ])
        #expect(try db["a"].meta == ["k": 2])
        #expect(try directory.names() == ["a.dat", "a.json", "a.lock"])
    }

    @Test("Versions that look alike: a staged file that is gone has taken its place")
    func alike() throws {
        // They differ in the middle alone.
        let (old, new) = (String(repeating: "a", count: 9000), String(repeating: "a", count: 4200))
        let changed = new + "b" + String(old.dropFirst(4201))
        #expect(try content(old) == content(changed))
        try write(changed, #"{"k":1}"#)
        try stage("json", #"{"k":2}"#)
        try record([
            .replace("bin", new: try content(changed), old: try content(old)),
            .replace("json", new: try content(#"{"k":2}"#), old: try content(#"{"k":1}"#)),
        ])
        try expect(changed, ["k": 2])
    }

    @Test("A staged file that is the one at its place already is done, and leaves nothing")
    func oneInode() throws {
        try write("same", #"{"k":1}"#)
        let staged = FileNames(entry: "a").temporary("bin", id: id)
        try #require(link(directory.path(of: "a.bin"), directory.path(of: staged)) == 0)
        try stage("json", #"{"k":2}"#)
        try record([
            .replace("bin", old: try content("same")),
            .replace("json", new: try content(#"{"k":2}"#), old: try content(#"{"k":1}"#)),
        ])
        try expect("same", ["k": 2])
    }

    @Test(
        "A record that is whole but not of this version is refused, and nothing is touched",
        arguments: ["2\tX", "1\t0123456789abcdef\tZ\tbin", "dirdb-intent\t1\tx\ty", "", "nowhere"],
        [true, false])
    func otherVersion(_ text: String, _ isLink: Bool) throws {
        try write("old", #"{"k":1}"#)
        try stage("bin", "new")
        if isLink {
            // A link always holds something.
            if text.isEmpty { return }
            try #require(symlink(text, directory.path(of: ".a.intent")) == 0)
        } else {
            try directory.write("\(text)\n", to: ".a.intent")
        }
        let names = try directory.names()
        let expected = DirDBError(
            .pendingCommit, path: directory.path(of: "a"),
            subject: "a commit of \(directory.path(of: "a")) was cut short",
            "its record \(directory.path(of: ".a.intent")) was written by a newer dirdb or by another program",
            remedy: "use that one to finish it")
        #expect(failure { _ = try db["a"].meta } == expected)
        #expect(failure { try db["a"].put([1]) } == expected)
        #expect(failure { try db["a"].rename(to: db["b"]) } == expected)
        #expect(failure { try db["a"].delete() } == expected)
        #expect(try db.recover().failures == [expected])
        #expect(try db.verify().contains { $0.kind == .pending })
        #expect(
            try directory.names().filter { !$0.hasSuffix(".lock") } == names.filter { !$0.hasSuffix(".lock") }
        )
    }

    @Test(
        "Where links are refused the record is a file, and a crash after it is settled as well",
        arguments: [EPERM, EOPNOTSUPP, ENOSYS, ENAMETOOLONG])
    func withoutLinks(_ code: Int32) throws {
        try db["a"].put([1], meta: ["k": 1])
        let calls = Disturbance.none()
        try calls.run { try db["b"].put([2], meta: ["k": 2]) }
        for call in 0..<calls.count + 4 {
            try failing(.symlink, code) {
                try? Disturbance.death(at: call).run { try db["a"].put([2], meta: ["k": 2]) }
                let (bytes, meta) = (try db["a"].bytes(), try db["a"].meta)
                let isNew = try db["a"].bytes() == [2]
                #expect(meta == (isNew ? ["k": 2] : ["k": 1]), "\(call) \(bytes)")
                _ = try db.recover()
                #expect(try db.verify().isEmpty)
                try db["a"].put([1], meta: ["k": 1])
            }
        }
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock", "b.bin", "b.json", "b.lock"])
    }

    @Test(
        "A change of format is completed: the old file goes once the new one is there",
        arguments: [true, false])
    func format(_ isDone: Bool) throws {
        try directory.write("old", to: "a.dat")
        try directory.write(#"{"k":1}"#, to: "a.json")
        if isDone { try directory.write("new", to: "a.bin") } else { try stage("bin", "new") }
        try record([
            .replace("bin", new: try content("new")),
            .remove("dat", old: try content("old")),
        ])
        try expect("new", ["k": 1])
    }

    @Test("A database that was moved with a pending commit recovers at its new place")
    func moved() throws {
        try write("old", #"{"k":1}"#)
        try stage("bin", "new")
        try stage("json", #"{"k":2}"#)
        try recordPair()
        let other = try TemporaryDirectory()
        // The record is a link, which is copied as one.
        for file in try directory.names() where !file.hasSuffix(".lock") {
            try FileManager.default.copyItem(
                atPath: directory.path(of: file), toPath: other.path(of: file))
        }
        let copied = try other.database()
        #expect(try copied["a"].bytes() == Array("new".utf8))
        #expect(try copied["a"].meta == ["k": 2])
        #expect(try copied.verify().isEmpty)
    }
}
