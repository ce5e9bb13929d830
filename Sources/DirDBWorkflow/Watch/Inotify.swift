import DirDB
import Glibc

/// The kernel's queue of what happens to the names in directories, inotify(7); the one place that calls it.
final class Inotify {
    /// Something that happened to a name in a watched directory, or to the directory.
    struct Event {
        /// The number of the watch; -1 of an overflow.
        let watch: Int32
        fileprivate let mask: UInt32
        /// The name; nil where the event is of the directory itself, or the name is not UTF-8.
        let name: String?

        /// Events were lost, because nobody read them.
        var isOverflow: Bool { has(IN_Q_OVERFLOW) }
        /// The watch is no more: its directory was removed, or ``Inotify/forget(_:)`` was called.
        var isEnd: Bool { has(IN_IGNORED) }
        /// The watched directory itself has another name now, or its file system was unmounted.
        var isMoveOfDirectory: Bool { has(IN_MOVE_SELF | IN_UNMOUNT) }
        /// The name is that of a directory.
        var isOfDirectory: Bool { has(Int32(bitPattern: UInt32(IN_ISDIR))) }
        /// There is a new name, perhaps of a file whose content is still to be written.
        var isCreation: Bool { has(IN_CREATE | IN_MOVED_TO) }
        /// There is a file whose content is complete.
        var isCompletion: Bool { has(IN_CLOSE_WRITE | IN_MOVED_TO) }
        /// The name is gone.
        var isRemoval: Bool { has(IN_DELETE | IN_MOVED_FROM) }

        private func has(_ bits: Int32) -> Bool { mask & UInt32(bitPattern: bits) != 0 }
    }

    private static let interest = UInt32(
        IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVE_SELF | IN_ONLYDIR
            | IN_DONT_FOLLOW)
    private static let headerSize = 16

    private let descriptor: FileDescriptor
    private let buffer: UnsafeMutableRawBufferPointer

    /// Makes an empty queue; the path is for an error.
    init(path: String) throws(DirDBError) {
        let raw = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard raw >= 0 else { throw .watch(path, errno) }
        descriptor = FileDescriptor(raw)
        buffer = .allocate(byteCount: 1 << 16, alignment: 8)
    }

    deinit { buffer.deallocate() }

    /// Watches a directory; one that is watched already has the same number as before.
    /// - Returns: The number of the watch; nil when there is no such directory.
    func watch(_ path: String) throws(DirDBError) -> Int32? {
        let number = inotify_add_watch(descriptor.raw, path, Self.interest)
        if number >= 0 { return number }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .watch(path, errno)
    }

    /// Ends a watch.
    func forget(_ watch: Int32) {
        // It may have ended by itself.
        inotify_rm_watch(descriptor.raw, watch)
    }

    /// What has happened since the last call; nothing when nothing happens for so long.
    func events(waiting time: Duration) throws(DirDBError) -> [Event] {
        var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Int32(time / .milliseconds(1))) > 0 else { return [] }
        do {
            return events(inFirst: try System.read(descriptor.raw, into: buffer))
        } catch {
            if error.errno == EAGAIN { return [] }
            throw .system(error, "read", "inotify")
        }
    }

    private func events(inFirst count: Int) -> [Event] {
        var events: [Event] = []
        var offset = 0
        while offset + Self.headerSize <= count {
            let nameSize = Int(buffer.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            let name = buffer[(offset + Self.headerSize)...].prefix(nameSize).prefix { $0 != 0 }
            events.append(
                Event(
                    watch: buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self),
                    mask: buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
                    name: name.isEmpty ? nil : String(validating: name, as: UTF8.self)))
            offset += Self.headerSize + nameSize
        }
        return events
    }
}

extension DirDBError {
    fileprivate static func watch(_ path: String, _ code: Int32) -> DirDBError {
        let remedy =
            switch code {
            case EMFILE:
                "raise fs.inotify.max_user_instances or ulimit -n, end other watches, or poll instead"
            case ENOSPC: "raise fs.inotify.max_user_watches, or poll instead"
            case EACCES: "ask its owner for permission to read it"
            default: "poll instead"
            }
        return DirDBError(
            code == EACCES ? .permissionDenied : .system, path: path, errno: code,
            subject: "cannot watch \(path)", "\(System.message(code))", remedy: remedy)
    }
}
