import Glibc

/// A point in time as file systems keep it: seconds and nanoseconds since 1970-01-01 UTC.
public struct FileTime: Hashable, Comparable, Sendable {
    /// Whole seconds since the epoch.
    public let seconds: Int64
    /// Nanoseconds beyond the second, 0 to 999,999,999.
    public let nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init(_ time: timespec) {
        seconds = Int64(time.tv_sec)
        nanoseconds = Int32(truncatingIfNeeded: time.tv_nsec)
    }

    /// Orders by time.
    public static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

package enum FileKind: Sendable {
    case regular, directory, symbolicLink, other
    /// The file system does not tell while listing.
    case unknown

    init(directoryType: UInt8) {
        self =
            switch Int(directoryType) {
            case Int(DT_REG): .regular
            case Int(DT_DIR): .directory
            case Int(DT_LNK): .symbolicLink
            case Int(DT_UNKNOWN): .unknown
            default: .other
            }
    }

    init(mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
    }
}

package struct FileStatus: Sendable {
    package let kind: FileKind
    package let permissions: UInt32
    package let size: Int64
    package let modified: FileTime
    package let identity: FileIdentity
    package let linkCount: UInt64

    init(_ status: stat) {
        kind = FileKind(mode: status.st_mode)
        permissions = status.st_mode & 0o7777
        size = Int64(status.st_size)
        modified = FileTime(status.st_mtim)
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        linkCount = UInt64(status.st_nlink)
    }
}

/// Which file a name or a descriptor stands for, while the system runs.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
}
