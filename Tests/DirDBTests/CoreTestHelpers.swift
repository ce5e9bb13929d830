import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

/// The library's error that a body throws; nil when it throws none.
func failure(_ body: () throws -> Void) -> DirDBError? {
    do { try body() } catch { return error as? DirDBError }
    return nil
}

/// The library's error that a body throws; nil when it throws none.
func asyncFailure(_ body: () async throws -> Void) async -> DirDBError? {
    do { try await body() } catch { return error as? DirDBError }
    return nil
}

/// The calls of one name, on files whose names end so, fail; everything else proceeds.
func failing<Result>(
    _ name: SystemCall.Name, _ errno: Int32, on suffix: String = "",
    _ body: () throws -> Result
) rethrows -> Result {
    let outer = SystemCall.observer
    return try SystemCall.$observer.withValue(
        { call in
            call.name == name && call.file?.hasSuffix(suffix) ?? suffix.isEmpty
                ? .fail(errno) : outer?(call) ?? .proceed
        },
        operation: body)
}

extension TemporaryDirectory {
    /// A database here that does not sync, as most tests need none.
    func database(
        _ mode: Database.Mode = .create, strictJSON: Bool = false, dumpers: [any Dumper] = []
    ) throws -> Database {
        try Database(path, mode, durability: .relaxed, strictJSON: strictJSON, dumpers: dumpers)
    }

    /// The permissions of a file.
    func permissions(_ name: String) throws -> UInt32 {
        var status = stat()
        try #require(lstat(path(of: name), &status) == 0)
        return status.st_mode & 0o7777
    }

    func setPermissions(_ name: String, _ mode: UInt32) throws {
        try #require(chmod(path(of: name), mode) == 0)
    }

    /// Puts something in a file's place that is none.
    func place(_ obstacle: Obstacle, at name: String) throws {
        switch obstacle {
        case .fifo: try #require(mkfifo(path(of: name), 0o666) == 0)
        case .directory: try #require(mkdir(path(of: name), 0o777) == 0)
        case .link: try #require(symlink("/etc/passwd", path(of: name)) == 0)
        case .dangling: try #require(symlink("nowhere", path(of: name)) == 0)
        }
    }

    /// Another process's lock on an entry, as long as the value lives.
    func lock(_ name: String) throws -> ForeignLock {
        try ForeignLock(path(of: name))
    }
}

enum Obstacle: CaseIterable, Sendable {
    case fifo, directory, link, dangling
}

/// An flock taken beside the library: by another open of the same file, which excludes as another process does.
final class ForeignLock {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT, 0o666)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    }

    deinit {
        close(descriptor)
    }
}

/// The system calls of a body, in their order.
final class CallLog: Sendable {
    private let calls = Mutex<[SystemCall]>([])

    func note(_ call: SystemCall) { calls.withLock { $0.append(call) } }

    var names: [String] { calls.withLock { $0.map { "\($0.name) \($0.file ?? "")" } } }
    var unlinked: [String] {
        calls.withLock { $0.filter { $0.name == .unlink }.compactMap(\.file) }
    }
}
