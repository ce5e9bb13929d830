import DirDB
import Foundation
import Synchronization

/// What a directory holds: which file or directory each name stands for, and what each file contains.
package struct DiskImage: Hashable, Sendable {
    /// File numbers by path; nil for a directory.
    package var names: [String: UInt64?] = [:]
    package var contents: [UInt64: [UInt8]] = [:]

    package init() {}

    /// What is there now.
    package init(_ root: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var status = stat()
            // A name may go while the others are read: that is what is being recorded.
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            names[path] = .some(isDirectory ? nil : UInt64(status.st_ino))
            if isDirectory { continue }
            contents[UInt64(status.st_ino)] = Array(
                try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
        }
    }

    /// The same names with the same contents, whatever the numbers of the files.
    package var described: [String: [UInt8]?] {
        names.mapValues { number in number.map { contents[$0] ?? [] } }
    }

    /// Makes a directory hold this.
    package func build(at root: String) throws {
        for (path, number) in names.sorted(by: { $0.key < $1.key }) {
            let url = URL(fileURLWithPath: "\(root)/\(path)")
            if let number {
                try Data(contents[number] ?? []).write(to: url)
            } else {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            }
        }
    }
}

/// What an operation did to the disk, step by step, seen at the seam around libc.
package final class DiskTrace: Sendable {
    package enum Event: Sendable {
        case names([String: UInt64?])
        case content(UInt64, [UInt8])
        case syncFile(UInt64)
        case syncNames
        case syncAll
    }

    private struct State {
        var events: [Event] = []
        var last: DiskImage
        var syncs = 0
        var failure: (any Error)?
    }

    private let root: String
    private let skippedSync: Int?
    private let state: Mutex<State>
    /// What was there, and safe, before.
    package let start: DiskImage

    /// Runs `body` and records it; with `skippedSync` the n-th sync is left out, a seeded bug.
    package init(_ root: String, skippedSync: Int? = nil, _ body: () throws -> Void) throws {
        self.root = root
        self.skippedSync = skippedSync
        start = try DiskImage(root)
        state = Mutex(State(last: start))
        try SystemCall.$observer.withValue(observe, operation: body)
        note()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    package var events: [Event] { state.withLock { $0.events } }
    package var syncs: Int { state.withLock { $0.syncs } }

    @Sendable private func observe(_ call: SystemCall) -> SystemCall.Verdict {
        switch call.name {
        case .open, .write, .rename, .unlink, .mkdir: note()
        case .sync, .syncFileSystem:
            note()
            let number = state.withLock { state in
                defer { state.syncs += 1 }
                return state.syncs
            }
            if number == skippedSync { return .skip }
            if call.name == .syncFileSystem { state.withLock { $0.events.append(.syncAll) } }
            var status = stat()
            guard let descriptor = call.descriptor, fstat(descriptor, &status) == 0 else { break }
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            let event = isDirectory ? Event.syncNames : .syncFile(UInt64(status.st_ino))
            state.withLock { $0.events.append(event) }
        default: break
        }
        return .proceed
    }

    /// Records what has changed since the last call that could change anything; at most one name or content.
    private func note() {
        state.withLock { state in
            do {
                let now = try DiskImage(root)
                if now.names != state.last.names { state.events.append(.names(now.names)) }
                for (number, content) in now.contents where state.last.contents[number] ?? [] != content {
                    state.events.append(.content(number, content))
                }
                state.last = now
            } catch {
                state.failure = error
            }
        }
    }
}
