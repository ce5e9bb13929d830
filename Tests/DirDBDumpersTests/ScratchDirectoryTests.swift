import DirDB
import Foundation
import TestSupport
import Testing

@testable import DirDBDumpers

@Suite("Directories for temporary files")
struct ScratchDirectoryTests {
    @Test(
        "One is made for this user alone, and goes with all that is in it, however deep; links are not followed"
    )
    func removal() throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "kept/file")
        let scratch = try ScratchDirectory(for: "test", in: directory.path)
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        // Longer than a path may be.
        var deepest = try Directory(path: scratch.path)
        for _ in 0..<60 {
            let name = String(repeating: "d", count: 100)
            try deepest.makeDirectory(name)
            deepest = try #require(try deepest.openDirectory(name))
            _ = try deepest.create("file")
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/link", withDestinationPath: directory.path(of: "kept"))
        try scratch.remove()
        #expect(try directory.names() == ["kept", "kept/file"])
        try scratch.remove()
    }

    @Test("What cannot be removed is an error, and all else is gone")
    func partialRemoval() throws {
        let directory = try TemporaryDirectory()
        for name in ["a", "b/c", "b/d", "e"] { try directory.write("x", to: "tree/\(name)") }
        let parent = try Directory(path: directory.path)
        let error = #expect(throws: DirDBError.self) {
            try SystemCall.$observer.withValue(
                { $0.file == "c" ? .fail(EACCES) : .proceed }, operation: { try parent.removeTree("tree") })
        }
        #expect(error?.errno == EACCES && error?.path == directory.path(of: "tree/b/c"))
        #expect(try directory.names() == ["tree", "tree/b", "tree/b/c"])
        try parent.removeTree("tree")
        #expect(try directory.names() == [])
    }

    @Test("Where no directory can be made, the error names the folder")
    func noFolder() throws {
        let path = try TemporaryDirectory().path
        let error = #expect(throws: DirDBError.self) { _ = try ScratchDirectory(for: "test", in: path) }
        #expect(error?.code == .notFound && error?.path == path)
    }
}
