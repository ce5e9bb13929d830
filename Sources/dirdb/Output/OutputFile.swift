import DirDB
import DirDBDumpers
import Glibc

/// A file that appears, or is replaced, when it is complete.
enum OutputFile {
    /// Writes a file piece by piece.
    ///
    /// A temporary file beside it takes its name when `body` has returned. A symbolic link stays one. What is
    /// no regular file, such as /dev/null or a pipe, is written as it is.
    /// - Throws: What `body` throws, and an error when the file cannot be written; it then is as it was.
    static func write(
        to path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        try publish(path) { file in try body { piece in try System.writeAll(file.raw, piece) } }
    }

    /// Writes a file through a sink, as dumpers do; else as ``write(to:_:)``.
    /// - Throws: What `body` throws, and an error when the file cannot be written; it then is as it was.
    static func dump(to path: String, _ body: (inout DataSink) throws -> Void) throws {
        try publish(path) { file in
            var sink = DataSink(file, path: path, isToBeSynced: false)
            try body(&sink)
        }
    }

    private static func publish(_ path: String, _ body: (consuming FileDescriptor) throws -> Void) throws {
        do {
            let target = try System.realPath(path) ?? path
            let existing = try? System.open(target, OpenFlags.look)
            guard let existing else {
                return try Signals.whileChanging { try replace(target, permissions: nil, body) }
            }
            let status = try FileDescriptor(existing).status(path: target)
            switch status.kind {
            case .directory:
                throw CommandError("cannot write \(path): it is a directory; name a file in it")
            case .regular:
                try Signals.whileChanging { try replace(target, permissions: status.permissions, body) }
            // Nothing to clean up: a signal may end the waiting for the other side of a pipe at once.
            default: try body(FileDescriptor(try System.open(target, OpenFlags.write)))
            }
        } catch let error as SystemError {
            throw CommandError(
                "cannot write \(path): \(System.message(error.errno)); choose another place or make room")
        }
    }

    private static func replace(
        _ path: String, permissions: UInt32?, _ body: (consuming FileDescriptor) throws -> Void
    ) throws {
        let (parent, name) = path.splitAtLastSlash()
        if name.isEmpty { throw CommandError("cannot write \(path): it names no file; add a name") }
        guard try System.realPath(parent) != nil else {
            throw SystemError(call: .open, errno: ENOENT)
        }
        let directory = try Directory(path: parent)
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // A long name would become too long with what is added.
        let temporary = ".dirdb.\(digits).tmp"
        guard let file = try directory.create(temporary) else {
            throw SystemError(call: .open, errno: EEXIST)
        }
        do {
            if let permissions { try file.setPermissions(permissions, path: path) }
            try body(file)
            try directory.rename(temporary, to: name)
        } catch {
            try? directory.unlink(temporary)
            throw error
        }
    }
}
