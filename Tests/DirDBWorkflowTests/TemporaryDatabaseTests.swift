import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import Testing

@Suite("Temporary databases")
struct TemporaryDatabaseTests {
    @Test("It is in memory where the machine has a tmpfs, for this user only, and gone afterwards")
    func scope() throws {
        let path = try Database.temporary { db in
            try db["a", "deep", "x"].put(NDArray([1.0, 2]), meta: ["k": 1])
            #expect(try db["a", "deep", "x"].get(NDArray<Double>.self).mean() == 1.5)
            try FileManager.default.createSymbolicLink(
                atPath: "\(db.path)/link", withDestinationPath: NSTemporaryDirectory())
            let attributes = try FileManager.default.attributesOfItem(atPath: db.path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            return db.path
        }
        let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8)
        let parent = mounts.contains(" /dev/shm tmpfs rw") ? "/dev/shm/" : NSTemporaryDirectory()
        #expect(path.hasPrefix(parent))
        #expect(!FileManager.default.fileExists(atPath: path))
        // The link is removed, not what it leads to.
        #expect(FileManager.default.fileExists(atPath: NSTemporaryDirectory()))
    }

    @Test("It is gone also when the body throws, or is asynchronous")
    func failing() async throws {
        var path = ""
        #expect(throws: CancellationError.self) {
            try Database.temporary { db in
                path = db.path
                try db["a"].put([1])
                throw CancellationError()
            }
        }
        #expect(path != "" && !FileManager.default.fileExists(atPath: path))
        path = try await Database.temporary { db in
            try db["a"].put([1])
            try await Task.sleep(for: .milliseconds(1))
            #expect(try db["a"].bytes() == [1])
            return db.path
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
