import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// The commit protocol on real file systems of other kinds, each in an image of its own.
///
/// Only root may mount; where that, or the program that makes the file system, is missing, a test says so and does nothing.
@Suite("Other file systems")
struct FileSystemTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether names persist in the order in which they were changed.
        let isOrdered: Bool
    }

    static let kinds = [
        Kind(testDescription: "ext4", isOrdered: true), Kind(testDescription: "xfs", isOrdered: true),
        Kind(testDescription: "tmpfs", isOrdered: true), Kind(testDescription: "btrfs", isOrdered: false),
    ]

    /// A file system that is mounted until the end of the scope.
    struct Mount: ~Copyable {
        let path: String
        /// False, with a message, where it could not be made or mounted.
        let isMounted: Bool
        private let directory: TemporaryDirectory

        init(_ kind: String) throws {
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "mount")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let image = directory.path(of: "image")
            let commands =
                kind == "tmpfs"
                ? "mount -t tmpfs tmpfs \(path)"
                : "truncate -s 400M \(image) && mkfs.\(kind) -q \(image) && mount -o loop \(image) \(path)"
            let isMounted = try Self.run(commands)
            if !isMounted {
                print("skipped: no \(kind) can be mounted here, which takes root and mkfs.\(kind)")
            }
            self.path = path
            self.isMounted = isMounted
            self.directory = directory
        }

        deinit {
            if isMounted { _ = try? Self.run("umount \(path)") }
        }

        private static func run(_ commands: String) throws -> Bool {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", commands]
            shell.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
            shell.standardOutput = FileHandle.nullDevice
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            shell.waitUntilExit()
            return shell.terminationStatus == 0
        }
    }

    @Test(
        "Each change makes the syncs that the file system needs, and leaves a sound database",
        arguments: kinds)
    func syncs(_ kind: Kind) throws {
        let mount = try Mount(kind.testDescription)
        if !mount.isMounted { return }
        for (number, cost) in CommitCostTests.cases.enumerated() {
            let db = try Database("\(mount.path)/\(number)", dumpers: [])
            try cost.prepare(db)
            let count = try DiskTrace(db.path) { try cost.change(db) }.syncs
            #expect(count == (kind.isOrdered ? cost.ordered : cost.unordered), "\(cost.testDescription)")
            #expect(try db.verify().isEmpty)
        }
    }

    @Test(
        "A commit that was cut short has its record in a link, and the next locker completes it",
        arguments: kinds)
    func recovery(_ kind: Kind) throws {
        let mount = try Mount(kind.testDescription)
        if !mount.isMounted { return }
        let db = try Database(mount.path, dumpers: [])
        try db["a"].put([1], meta: ["k": 1])
        let calls = CallLog()
        let error = failure {
            try SystemCall.$observer.withValue(
                { call in
                    calls.note(call)
                    let renames = calls.names.count { $0.hasPrefix("rename ") }
                    return call.name == .rename && renames == 2 ? .fail(EIO) : .proceed
                }, operation: { try db["a"].put([2], meta: ["k": 2]) })
        }
        #expect(error?.code == .system)
        let record = try FileManager.default.destinationOfSymbolicLink(atPath: "\(mount.path)/.a.intent")
        #expect(record.hasPrefix("1\t"))
        #expect(try db["a"].meta == ["k": 2])
        #expect(try db["a"].bytes() == [2])
        #expect(try db.verify().isEmpty)
        try db["a"].rename(to: db["b"])
        #expect(try db["b"].meta == ["k": 2])
        #expect(try db.entries().map(\.name) == ["b"])
    }
}
