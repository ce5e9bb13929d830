import DirDB
import Glibc

// Removing a directory while others may put something into it.
//
// A lock file is removed only under its lock, taken at once or not at all, of an entry that is absent; whoever waits for
// it finds that its name is gone, and makes it anew. The directory itself goes by rmdir(2), which the kernel refuses
// as soon as there is any file in it. So a put at the same moment is never lost: either its lock file keeps the
// directory, or the directory goes first. In that case the put makes it anew, or, when it had opened it already, fails
// with `.notFound` before anything was stored. Programs that do not compare the locked file with its name, as
// Python's filelock, must not wait for a lock of an entry that is absent there.

extension Database {
    /// Removes those of the sub-databases that have no entries, and the ones around them that have none then.
    func prune(_ databases: Set<Database>, _ report: inout ChangeReport) throws {
        for database in try withSurrounding(databases) {
            if Task.isCancelled { throw DirDBError.cancelled(path) }
            let names = database.components.dropFirst(components.count).dropLast()
            let parent = names.isEmpty ? self : try subdatabase(at: Array(names))
            try report.attempt { report in
                if try database.removeDirectoryIfEmpty(in: parent) { report.notePruned(database) }
            }
        }
    }

    /// Notes what ``prune(_:_:)`` would remove if some entries were gone.
    func notePrunable(
        _ databases: Set<Database>, without entries: Set<Entry>, _ report: inout ChangeReport
    ) throws {
        var pruned: Set<Database> = []
        for database in try withSurrounding(databases) {
            try report.attempt { report in
                guard try database.isEmpty(without: entries, pruned) else { return }
                pruned.insert(database)
                report.notePruned(database)
            }
        }
    }

    /// Sub-databases and the ones around them, the inner ones first.
    private func withSurrounding(_ databases: Set<Database>) throws(DirDBError) -> [Database] {
        var found: Set<Database> = []
        for database in databases {
            let names = database.components.dropFirst(components.count)
            for count in 0..<names.count {
                found.insert(try subdatabase(at: Array(names.prefix(count + 1))))
            }
        }
        return found.sorted { left, right in
            left.components.count == right.components.count
                ? left.path.precedesInBytes(right.path) : left.components.count > right.components.count
        }
    }

    private func isEmpty(
        without entries: Set<Entry>, _ databases: Set<Database>
    ) throws(DirDBError) -> Bool {
        guard let stream = try openDirectoryIfPresent()?.stream() else { return false }
        while let (file, kind) = try stream.next() {
            guard let file else { return false }
            if kind == .directory {
                guard let inner = try? subdatabase(at: [file]), databases.contains(inner) else {
                    return false
                }
                continue
            }
            switch FileRole(file) {
            case .lock, .intent, .temporary: continue
            case .data(let name, _), .metadata(let name):
                if try !entries.contains(self[name]) { return false }
            case .foreign: return false
            }
        }
        return true
    }

    private func removeDirectoryIfEmpty(in parent: Database) throws(DirDBError) -> Bool {
        do throws(DirDBError) {
            let listing = try entries(recursive: true, withoutData: true)
            if listing.next() != nil || !listing.failures.isEmpty { return false }
            _ = try recover(timeout: .zero, removingLocks: true)
            guard let name = components.last else { return false }
            try parent.openDirectory().removeDirectory(name)
            return true
        } catch {
            // Somebody puts something there, has removed it, or keeps other files in it.
            if error.code == .notFound || error.errno == ENOTEMPTY || error.errno == EEXIST { return false }
            throw error
        }
    }
}
