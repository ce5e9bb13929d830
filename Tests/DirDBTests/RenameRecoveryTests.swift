import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// A rename is two commits: the files become the target's, then the source is removed.
@Suite("Renames that are cut short")
final class RenameRecoveryTests {
    private let directory: TemporaryDirectory
    private let db: Database

    init() throws {
        directory = try TemporaryDirectory()
        db = try directory.database()
    }

    /// Source and target of a rename: within one directory, across, into one below, out of it, and names that differ
    /// in normalisation only.
    static let places: [([String], [String])] = [
        (["a"], ["b"]), (["b"], ["a"]), (["one", "a"], ["two", "a"]), (["a"], ["two", "a"]),
        (["one", "a"], ["a"]), (["one", "a"], ["one", "deep", "a"]), (["\u{E9}"], ["e\u{301}"]),
        (["\u{E9}", "a"], ["e\u{301}", "a"]), (["\u{301}x", "a"], ["\u{301}y", "a"]),
        (["two", "a"], ["two", "two", "a"]),
    ]

    /// How the file system refuses to link; 0 when it does not.
    static let refusals = [0, EPERM, EMLINK, EXDEV, EOPNOTSUPP, ENOSYS]

    private func isPair(_ entry: Entry, _ bytes: [UInt8]) throws -> Bool {
        try entry.exists && entry.bytes() == bytes && entry.meta == ["k": .integer(Int64(bytes.count))]
    }

    private func isAbsent(_ entry: Entry) throws -> Bool { try !entry.exists && entry.meta == [:] }

    private func clear() throws {
        for entry in try db.entries(recursive: true, withoutData: true) { try entry.delete() }
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Death before any call leaves the source, both or the target, each a whole pair; done again, it finishes",
        arguments: places.indices, [false, true])
    func deaths(_ index: Int, _ replacing: Bool) throws {
        let (source, target) = (
            try db.entry(at: Self.places[index].0), try db.entry(at: Self.places[index].1)
        )
        var (call, isOver, both) = (0, false, 0)
        while !isOver {
            try source.put([1], meta: ["k": 1])
            if replacing { try target.put([2, 2], as: RawBytes("dat"), meta: ["k": 2]) }
            let death = Disturbance.death(at: call)
            try? death.run { try source.rename(to: target, replacing: replacing) }
            isOver = death.count <= call
            let (isSource, isTarget) = (try isPair(source, [1]), try isPair(target, [1]))
            let isOld = try replacing ? isPair(target, [2, 2]) : isAbsent(target)
            let isGone = try isAbsent(source)
            #expect(
                isSource && (isTarget || isOld) || isGone && isTarget,
                "\(call): \(isSource) \(isTarget) \(isOld)")
            if isSource && isTarget { both += 1 }
            // Both names of one inode are left of the same rename; without them it has not begun.
            if isSource { try source.rename(to: target, replacing: replacing && !isTarget) }
            #expect(try isPair(target, [1]) && isAbsent(source), "\(call)")
            _ = try db.recover()
            try clear()
            call += 1
        }
        #expect(both > 0)
    }

    @Test(
        "Where there are no links the files are copied, with their times and permissions", arguments: refusals
    )
    func copies(_ refusal: Int32) throws {
        let (source, target) = (try db["a"], try db["sub", "b"])
        try source.put([1], meta: ["k": 1])
        try directory.setPermissions("a.bin", 0o640)
        let modified = try source.info().modified
        func rename() throws { try source.rename(to: target) }
        if refusal == 0 { try rename() } else { try failing(.link, refusal, on: "", rename) }
        #expect(try isPair(target, [1]) && isAbsent(source))
        #expect(try target.info().modified == modified)
        #expect(try directory.permissions("sub/b.bin") == 0o640)
        #expect(
            try directory.names() == ["a.lock", "sub", "sub/b.bin", "sub/b.json", "sub/b.lock"])
    }

    @Test("Death among copies leaves whole pairs too; done again with replacing, it finishes")
    func deathsAmongCopies() throws {
        let (source, target) = (try db["a"], try db["b"])
        var (call, isOver) = (0, false)
        while !isOver {
            try source.put([1], meta: ["k": 1])
            let death = Disturbance.death(at: call)
            try failing(.link, EPERM) {
                try? death.run { try source.rename(to: target) }
                isOver = death.count <= call
                let (isSource, isTarget) = (try isPair(source, [1]), try isPair(target, [1]))
                #expect(isSource || isTarget, "\(call)")
                #expect(try isTarget || isAbsent(target))
                #expect(try isSource || isAbsent(source))
                if isSource { try source.rename(to: target, replacing: true) }
                #expect(try isPair(target, [1]) && isAbsent(source))
            }
            _ = try db.recover()
            try clear()
            call += 1
        }
    }

    @Test(
        "A target with one file of another inode, or one more, is not taken for a rename that was cut short")
    func otherTargets() throws {
        let db = try directory.database(dumpers: [RawBytes("dat")])
        try db["a"].put([1], meta: ["k": 1])
        let names = ["a.bin", "a.json"]
        for name in names {
            try #require(link(directory.path(of: name), directory.path(of: "b" + name.dropFirst())) == 0)
        }
        try directory.write("more", to: "b.dat")
        #expect(failure { try db["a"].rename(to: db["b"]) }?.code == .alreadyExists)
        try db["b"].format("dat").delete()
        try directory.write("{}", to: "new")
        #expect(Glibc.rename(directory.path(of: "new"), directory.path(of: "b.json")) == 0)
        #expect(failure { try db["a"].rename(to: db["b"]) }?.code == .alreadyExists)
        #expect(try isPair(db["a"], [1]))
        try db["a"].rename(to: db["b"], replacing: true)
        #expect(try isPair(db["b"], [1]) && isAbsent(db["a"]))
        #expect(try db.verify().isEmpty)
    }

    @Test("Killed between its files, a rename over a version that looks alike is completed")
    func alike() throws {
        let old = [UInt8](repeating: 1, count: 9000)
        var new = old
        new[4500] = 2
        for call in 0..<60 {
            try db["a"].put(new, meta: ["k": 9000])
            try db["b"].put(old, meta: ["other": 1])
            try? Disturbance.death(at: call).run { try db["a"].rename(to: db["b"], replacing: true) }
            let meta = try db["b"].meta
            #expect(try db["b"].bytes() == (meta == ["k": 9000] ? new : old), "\(call)")
            _ = try db.recover()
        }
    }

    @Test(
        "Killed between its files, what a peer then writes in place into the source is not half of the target"
    )
    func writtenInPlace() throws {
        var (call, isOver, written) = (0, false, 0)
        while !isOver {
            try db["a"].put([1], meta: ["k": 1])
            try db["b"].put([2, 2], meta: ["k": 2])
            let death = Disturbance.death(at: call)
            try? death.run { try db["a"].rename(to: db["b"], replacing: true) }
            isOver = death.count <= call
            if try directory.names().contains("a.bin") {
                try directory.write("\u{3}\u{3}\u{3}", to: "a.bin")
                try directory.write(#"{"k": 3}"#, to: "a.json")
                written += 1
            }
            let versions: [[UInt8]] = [[1], [2, 2], [3, 3, 3]]
            #expect(try versions.contains { try isPair(db["b"], $0) }, "\(call)")
            _ = try db.recover()
            try clear()
            call += 1
        }
        #expect(written > 0)
    }

    @Test("A failure when the new name is visible says so, and how to finish")
    func betweenNames() throws {
        try db["a"].put([1], meta: ["k": 1])
        let error = failure { try failing(.unlink, EACCES, on: "a.bin") { try db["a"].rename(to: db["b"]) } }
        #expect(
            error?.message.hasSuffix(
                "; the entry is there as \(directory.path(of: "b")) now: if it still has its old name too,"
                    + " rename it again") == true)
        #expect(try isPair(db["a"], [1]) && isPair(db["b"], [1]))
        try db["a"].rename(to: db["b"])
        #expect(try isPair(db["b"], [1]) && isAbsent(db["a"]))
    }
}
