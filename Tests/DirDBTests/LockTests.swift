import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

@Suite("Locks")
struct LockTests {
    /// Runs the body on a thread of its own and waits for it.
    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
        let result = Mutex<Result?>(nil)
        let thread = Thread { result.withLock { $0 = body() } }
        thread.start()
        while !thread.isFinished { usleep(500) }
        return result.withLock { $0 }
    }

    @Test(
        "An exclusive lock excludes all others, a shared one only exclusive ones",
        arguments: [
            (LockMode.exclusive, LockMode.exclusive, true), (.exclusive, .shared, true),
            (.shared, .exclusive, true), (.shared, .shared, false),
        ])
    func exclusion(_ held: LockMode, _ wanted: LockMode, _ isExcluded: Bool) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        try entry.withLock(held) { _ in
            let error = onThread {
                failure { () throws in
                    try entry.withLock(wanted, timeout: isExcluded ? .zero : .seconds(20)) { _ in }
                }
            }
            #expect(error??.code == (isExcluded ? .locked : nil))
        }
        try entry.withLock(wanted, timeout: .seconds(20)) { _ in }
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "A time that is over is an error that names the holder's process",
        arguments: [Duration.zero, .milliseconds(20)])
    func timeout(_ timeout: Duration) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        let lock = try directory.lock("a.lock")
        let error = try #require(failure { () throws in try entry.put([2], timeout: timeout) })
        #expect(error.code == .locked && error.path == entry.path)
        let process = "process \(getpid())"
        let holder = try #require(entry.lockHolder())
        #expect(holder.hasPrefix("\(process) ("))
        let waited = timeout == .zero ? "" : " and was not released within \(timeout)"
        #expect(
            error.message
                == "\(entry.path) is locked by \(holder)\(waited); wait for it, or allow more time")
        _ = consume lock
        #expect(entry.lockHolder() == nil)
        try entry.put([2], timeout: .seconds(20))
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Another process's flock(1) is waited for, and its process is named")
    func otherProcess() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["flock", "-x", directory.path(of: "a.lock"), "cat"]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while entry.lockHolder() == nil && process.isRunning { usleep(1000) }
        let error = failure { () throws in try entry.put([2], timeout: .zero) }
        #expect(error?.code == .locked)
        #expect(error?.message.contains("is locked by process ") == true)
        #expect(error?.message.contains("process \(getpid()) ") == false)
        let writer = Thread { [entry] in try? entry.put([3]) }
        writer.start()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        while !writer.isFinished { usleep(500) }
        #expect(try entry.bytes() == [3])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "A second lock of the same entry in one task is an error, never a hang",
        arguments: [LockMode.exclusive, .shared])
    func nested(_ mode: LockMode) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let entry = try db["a"]
        try entry.put([1])
        let expected = DirDBError(
            .wouldDeadlock, path: entry.path, "this task already holds the lock of \(entry.path)",
            remedy: "use the entry that withLock passes to its body")
        try entry.withLock(mode) { (locked) throws in
            #expect(failure { () throws in try entry.withLock { _ in } } == expected)
            #expect(failure { () throws in try entry.put([2]) } == expected)
            #expect(failure { () throws in try entry.delete() } == expected)
            #expect(failure { () throws in try entry.rename(to: db["b"]) } == expected)
            #expect(failure { () throws in try db["c"].put([1]) } == nil)
            #expect(failure { () throws in try db["c"].copy(to: entry, replacing: true) } == expected)
            try db["c"].withLock { _ in
                #expect(failure { () throws in try entry.put([2], timeout: .seconds(1)) } == expected)
            }
            #expect(try db.recover().failures == [])
            #expect(try locked.bytes() == [1])
            #expect(try entry.bytes() == [1])
        }
        try entry.put([2], timeout: .seconds(20))
        #expect(try db.verify().isEmpty)
    }

    @Test("A waiter whose lock file is removed meanwhile does not end up with a lock of its own")
    func removedLockFile() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        let lock = try directory.lock("a.lock")
        let waiter = Thread { [entry] in
            try? entry.withLock { (locked) throws in
                // Whoever opens the file of that name now must be kept out.
                #expect(failure { () throws in try LockTests.tryForeign(entry) } != nil)
                locked.meta.done = true
            }
        }
        waiter.start()
        // As /proc/locks shows one that waits, proc(5).
        var status = stat()
        try #require(stat(directory.path(of: "a.lock"), &status) == 0)
        let wait = /-> FLOCK .*:(\d+) 0 EOF/
        while try !String(contentsOfFile: "/proc/locks", encoding: .utf8).matches(of: wait).contains(where: {
            $0.1 == "\(status.st_ino)"
        }) {
            usleep(500)
        }
        unlink(directory.path(of: "a.lock"))
        _ = consume lock
        while !waiter.isFinished { usleep(500) }
        #expect(try entry.meta == ["done": true])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    private static func tryForeign(_ entry: Entry) throws {
        let descriptor = open("\(entry.path).lock", O_RDWR)
        defer { close(descriptor) }
        if descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            throw DirDBError(.locked, path: entry.path, "")
        }
    }

    @Test(
        "Two locks are taken in the order of their paths, whichever way a rename goes",
        arguments: [false, true])
    func order(isForward: Bool) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let (source, target) = isForward ? (try db["a"], try db["b"]) : (try db["b"], try db["a"])
        try source.put([1])
        let log = CallLog()
        try SystemCall.$observer.withValue(
            { call in
                if call.name == .open { log.note(call) }
                return .proceed
            }, operation: { try source.rename(to: target) })
        var locks: [String] = []
        for name in log.names where name.hasSuffix(".lock") && !locks.contains(name) { locks.append(name) }
        #expect(locks == ["open a.lock", "open b.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test("The lock file stays empty and is the same file for ever")
    func lockFile() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let identity = try db.openDirectory().status("a.lock")?.identity
        try db["a"].put([2], meta: ["k": 1])
        try db["a"].delete()
        try db["a"].put([3])
        try db["a"].rename(to: db["b"])
        _ = try db.recover()
        let status = try db.openDirectory().status("a.lock")
        #expect(status?.identity == identity)
        #expect(status?.size == 0)
        #expect(try db.verify().isEmpty)
    }
}
