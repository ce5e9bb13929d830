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
            if status.st_mode & S_IFMT == S_IFLNK {
                guard let target = Self.target("\(root)/\(path)") else { continue }
                let number = Self.number(of: target)
                names[path] = .some(number)
                contents[number] = target
                continue
            }
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            names[path] = .some(isDirectory ? nil : UInt64(status.st_ino))
            if isDirectory { continue }
            contents[UInt64(status.st_ino)] = Array(
                try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
        }
    }

    /// A symbolic link has a number of its own that its target decides: what is made with its name is never torn.
    private static func number(of target: [UInt8]) -> UInt64 {
        target.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 } | 1 << 63
    }

    /// The same with other numbers.
    fileprivate func renumbered(_ numbers: [UInt64: UInt64]) -> DiskImage {
        var image = DiskImage()
        image.names = names.mapValues { number in number.map { numbers[$0] ?? $0 } }
        for (number, content) in contents { image.contents[numbers[number] ?? number] = content }
        return image
    }

    package static func isLink(_ number: UInt64) -> Bool { number >> 63 == 1 }

    private static func target(_ path: String) -> [UInt8]? {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlink(path, &buffer, 4097)
        return count < 0 ? nil : buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    /// The same names with the same contents, whatever the numbers of the files.
    package var described: [String: [UInt8]?] {
        names.mapValues { number in number.map { contents[$0] ?? [] } }
    }

    /// Makes a directory hold this; names of one number are links of one file.
    package func build(at root: String) throws {
        var made: [UInt64: String] = [:]
        for (path, number) in names.sorted(by: { $0.key < $1.key }) {
            let place = "\(root)/\(path)"
            guard let number else {
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                continue
            }
            if Self.isLink(number) {
                let target = String(decoding: contents[number] ?? [], as: UTF8.self)
                try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
            } else if let other = made[number] {
                try FileManager.default.linkItem(atPath: other, toPath: place)
            } else {
                try Data(contents[number] ?? []).write(to: URL(fileURLWithPath: place))
                made[number] = place
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
        /// Of the directory with this path.
        case syncNames(String)
        case syncAll
    }

    private struct State {
        var events: [Event] = []
        var last: DiskImage
        /// The number of each inode that is there: a new file may take the inode of one that is gone.
        var numbers: [UInt64: UInt64] = [:]
        var newFiles: UInt64 = 0
        var syncs = 0
        /// The targets of all symbolic links that there were.
        var links: [UInt64: [UInt8]] = [:]
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
        let inodes = start.names.values.compactMap(\.self)
        state = Mutex(State(last: start, numbers: Dictionary(inodes.map { ($0, $0) }) { first, _ in first }))
        let outer = SystemCall.observer
        try SystemCall.$observer.withValue(
            { [self] call in
                let verdict = observe(call)
                if case .proceed = verdict, let outer { return outer(call) }
                return verdict
            }, operation: body)
        note()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    package var events: [Event] { state.withLock { $0.events } }
    var links: [UInt64: [UInt8]] { state.withLock { $0.links } }
    package var syncs: Int { state.withLock { $0.syncs } }

    @Sendable private func observe(_ call: SystemCall) -> SystemCall.Verdict {
        switch call.name {
        case .open, .write, .rename, .unlink, .mkdir, .symlink, .link: note()
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
            let event =
                isDirectory ? Event.syncNames(path(of: descriptor)) : .syncFile(UInt64(status.st_ino))
            state.withLock { state in
                if case .syncFile(let inode) = event {
                    state.events.append(.syncFile(state.numbers[inode] ?? inode))
                } else {
                    state.events.append(event)
                }
            }
        default: break
        }
        return .proceed
    }

    /// The path of an open directory below the root, "" for the root itself.
    private func path(of descriptor: Int32) -> String {
        let path =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) ?? ""
        let start = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
        return path.hasPrefix("\(start)/") ? String(path.dropFirst(start.count + 1)) : ""
    }

    /// Records what has changed since the last call that could change anything; at most one name or content.
    private func note() {
        state.withLock { state in
            do {
                var now = try DiskImage(root)
                let inodes = Set(now.names.values.compactMap(\.self).filter { !DiskImage.isLink($0) })
                state.numbers = state.numbers.filter { inodes.contains($0.key) }
                for inode in inodes where state.numbers[inode] == nil {
                    state.newFiles += 1
                    state.numbers[inode] = 1 << 62 | state.newFiles
                }
                now = now.renumbered(state.numbers)
                if now.names != state.last.names { state.events.append(.names(now.names)) }
                for (number, content) in now.contents
                where !DiskImage.isLink(number) && state.last.contents[number] ?? [] != content {
                    state.events.append(.content(number, content))
                }
                state.last = now
                for (number, target) in now.contents where DiskImage.isLink(number) {
                    state.links[number] = target
                }
            } catch {
                state.failure = error
            }
        }
    }
}
