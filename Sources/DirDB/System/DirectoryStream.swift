import Glibc

/// The names of one directory, one after the other in the file system's order; constant memory.
///
/// File systems without an order of their own (tmpfs, btrfs) leave out, or tell twice, files that are replaced between
/// two calls of the kernel. One call shows one state of the directory, so it is asked for as much as most of them have.
package final class DirectoryStream {
    private static let bufferSize = 1 << 20

    private let descriptor: FileDescriptor
    private let path: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 8)
    private var (position, filled) = (0, 0)
    /// The name that came last, with U+FFFD for what is not UTF-8 in it.
    package private(set) var shownName = ""

    init(_ descriptor: consuming FileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        buffer.deallocate()
    }

    /// The next name but `.` and `..`, nil at the end; a nil name where it is not UTF-8.
    package func next() throws(DirDBError) -> (name: String?, kind: FileKind)? {
        while true {
            if position == filled {
                do { filled = try System.list(descriptor.raw, into: buffer) } catch {
                    throw .system(error, "list", path)
                }
                position = 0
                if filled == 0 { return nil }
            }
            // d_ino, d_off, d_reclen, d_type and d_name, which a zero byte ends; getdents64(2).
            let record = UnsafeRawBufferPointer(rebasing: buffer[position...])
            position += Int(record.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            guard let name = record.baseAddress?.advanced(by: 19).assumingMemoryBound(to: CChar.self) else {
                continue
            }
            let valid = String(validatingCString: name)
            if valid == "." || valid == ".." { continue }
            shownName = valid ?? String(cString: name)
            return (valid, FileKind(directoryType: record[18]))
        }
    }
}
