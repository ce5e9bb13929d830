import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// One test for each kind of finding; what is sound gives none.
@Suite("Verification")
struct VerificationTests {
    private func finding(_ prepare: (Database, borrowing TemporaryDirectory) throws -> Void) throws -> (
        findings: [Finding], path: String
    ) {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["sound"].put([1], meta: ["k": 1])
        try db["sub", "sound"].put([1], as: RawBytes("hoc"))
        try prepare(db, directory)
        let before = try directory.names()
        let findings = try db.verify()
        #expect(try directory.names() == before)
        return (findings, directory.path)
    }

    /// One finding, whose sentence names the file and the cause.
    private func expect(_ findings: [Finding], _ kind: Finding.Kind, _ path: String, _ cause: String) {
        #expect(findings.map(\.kind) == [kind] && findings.map(\.path) == [path])
        let sentence = findings.first?.error.message ?? ""
        #expect(sentence.contains(path) && sentence.contains(cause), "\(sentence)")
    }

    @Test("A file of a write that never became visible", arguments: ["", "sub/"])
    func leftover(_ place: String) throws {
        let file = "\(place).a.0123456789abcdef.bin.tmp"
        let (findings, path) = try finding { try $1.write("x", to: file) }
        expect(findings, .leftoverTemporary, "\(path)/\(file)", "a write was cut short, or is under way")
    }

    @Test("A pending commit, whose record is a file or a link", arguments: [false, true])
    func pendingCommit(_ isLink: Bool) throws {
        let (findings, path) = try finding { _, directory in
            if isLink {
                try #require(symlink("1\tanything", directory.path(of: ".sound.intent")) == 0)
            } else {
                try directory.write("torn", to: ".sound.intent")
            }
        }
        expect(findings, .pending, "\(path)/.sound.intent", "a commit of several files that was cut short")
    }

    @Test("One file under the names of two entries, as a rename that was cut short leaves it")
    func sharedFile() throws {
        let (findings, path) = try finding { _, directory in
            try #require(link(directory.path(of: "sound.bin"), directory.path(of: "sub/other.bin")) == 0)
            // A second name outside the database is nothing to it.
            let outside = directory.path(of: ".outside")
            try #require(link(directory.path(of: "sound.json"), outside) == 0)
        }
        expect(findings, .sharedFile, "\(path)/sub/other.bin", "\(path)/sound.bin are one file")
    }

    @Test("Damaged metadata, with its data and without", arguments: ["sound", "lonely"])
    func damagedMetadata(_ name: String) throws {
        let (findings, path) = try finding { try $1.write("[1]", to: "\(name).json") }
        let file = "\(path)/\(name).json"
        expect(findings, .damaged, file, "it is not a JSON object")
    }

    @Test("Metadata without data")
    func metadataWithoutData() throws {
        let (findings, path) = try finding { db, _ in try db["sub", "m"].replaceMeta(with: ["k": 1]) }
        expect(findings, .metadataWithoutData, "\(path)/sub/m.json", "an entry that has no data")
    }

    @Test("Several data files of one name, of known formats or not")
    func ambiguousData() throws {
        let (findings, path) = try finding { try $1.write("x", to: "sub/sound.dat") }
        expect(findings, .ambiguousData, "\(path)/sub/sound", "several data files, sound.dat and sound.hoc")
    }

    @Test("Data that cannot be read")
    func damagedData() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let findings = try failing(.open, EIO, on: "a.bin") { () throws in try db.verify() }
        let path = directory.path(of: "a.bin")
        expect(findings, .unreadable, path, "cannot open \(path): Input/output error")
    }

    @Test("A lock file that is not empty")
    func lockNotEmpty() throws {
        let (findings, path) = try finding { try $1.write("4711", to: "sound.lock") }
        expect(findings, .lockNotEmpty, "\(path)/sound.lock", "is not empty, as lock files are")
    }

    @Test(
        "A link, a special file, a name that none may have; hidden files of others are no finding",
        arguments: [
            ("link.npy", "it is a symbolic link, which is never followed"),
            ("link.json", "it is a symbolic link, which is never followed"),
            ("link.lock", "it is a symbolic link, which is never followed"),
            ("fifo.npy", "it is not a regular file"),
            ("\(String(repeating: "n", count: 201)).npy", "no entry may have its name"),
            ("a.\(String(repeating: "f", count: 33))", "no entry may have its name"),
            ("\(String(repeating: "n", count: 201))/x", "no sub-database may have its name"),
        ])
    func foreignFile(_ file: String, _ cause: String) throws {
        let (findings, path) = try finding { _, directory in
            if file.hasPrefix("link") {
                try directory.place(.link, at: file)
            } else if file.hasPrefix("fifo") {
                try directory.place(.fifo, at: file)
            } else {
                try directory.write("x", to: file)
            }
            try directory.write("x", to: ".DS_Store")
            try directory.write("x", to: ".git/config")
        }
        let name = file.hasSuffix("/x") ? String(file.dropLast(2)) : file
        expect(findings, .foreignFile, "\(path)/\(name)", cause)
    }

    @Test("A sub-directory that cannot be read, while the rest is verified")
    func unreadableDirectory() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["bad", "a"].put([1])
        try db["good", "m"].replaceMeta(with: ["k": 1])
        let findings = try failing(.open, EACCES, on: "bad") { () throws in try db.verify() }
        #expect(findings.map(\.kind) == [.unreadable, .metadataWithoutData])
        let path = directory.path(of: "bad")
        #expect(findings.first?.path == path)
        #expect(failure { () throws in try failing(.list, EIO) { _ = try db.verify() } }?.errno == EIO)
    }

    @Test("Findings come sorted by path, as many as there are")
    func sorted() throws {
        let (findings, path) = try finding { db, directory in
            try directory.write("x", to: "z.lock")
            try directory.write("{", to: "sub/sound.json")
            try directory.write("x", to: ".a.0123456789abcdef..tmp")
        }
        #expect(findings.map(\.kind) == [.leftoverTemporary, .damaged, .lockNotEmpty])
        #expect(findings.allSatisfy { $0.path.hasPrefix(path) })
    }
}
