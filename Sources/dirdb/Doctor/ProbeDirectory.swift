import DirDB
import DirDBDumpers

/// A hidden directory for the files of the probes, which listings and `verify` pass over.
///
/// Both the doctor and its peers, processes of their own, open it.
struct ProbeDirectory: ~Copyable {
    let path: String
    let directory: Directory
    private static let lock = "lock"

    /// Opens one that is there.
    init(path: String) throws(DirDBError) {
        self.path = path
        directory = try Directory(path: path)
    }

    /// Makes one, calls `body`, and removes it with all that is in it, also when `body` throws.
    /// - Throws: What `body` throws; an error when the directory cannot be made or removed.
    static func run<Result>(
        in parent: Directory, _ body: (borrowing ProbeDirectory) throws -> Result
    ) throws -> Result {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let name = ".dirdb-doctor.\(digits)"
        try parent.makeDirectory(name)
        let result: Result
        do {
            // Closed before the removal: NFS keeps a file under another name as long as it is open.
            let probe = try ProbeDirectory(path: parent.path(of: name))
            try probe.write([], to: lock)
            result = try body(probe)
        } catch {
            // The first error tells the cause.
            try? parent.removeTree(name)
            throw error
        }
        try parent.removeTree(name)
        return result
    }

    // MARK: Files

    /// Writes a new file.
    func write(_ bytes: [UInt8], to name: String) throws {
        guard let file = try directory.create(name) else {
            throw CommandError("cannot create \(directory.path(of: name)): it is there already; do it again")
        }
        try write(bytes, to: file, name)
        try file.flush(path: directory.path(of: name))
    }

    func write(_ bytes: [UInt8], to file: borrowing FileDescriptor, _ name: String) throws {
        let path = directory.path(of: name)
        try bytes.withUnsafeBytes { try file.write($0, at: 0, path: path) }
    }

    /// The content of a file; nil when it is not there.
    func read(_ name: String) throws(DirDBError) -> [UInt8]? {
        guard let file = try directory.open(name) else { return nil }
        return try file.readAll(path: directory.path(of: name))
    }

    /// Tries to take the lock of the probes.
    /// - Returns: The descriptor, whose closing releases the lock; nil when somebody else excludes it.
    func tryLock(exclusive: Bool) throws -> FileDescriptor? {
        let path = directory.path(of: Self.lock)
        guard let file = try directory.open(Self.lock, .lock) else {
            throw CommandError("\(path) vanished meanwhile; do it again")
        }
        guard try file.lock(exclusive: exclusive, blocking: false, path: path) else { return nil }
        return file
    }
}
