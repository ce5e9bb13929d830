import Glibc

/// A system call that is about to be made.
///
/// Every call of this package passes `SystemCall.observer` first. Tests bind it to make a call fail, to cut a
/// write short, to leave it out, or to record what reaches the disk in which order; nothing else does.
package struct SystemCall: Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case open, close, read, write, stat, rename, unlink, mkdir, sync, lock, map, list, chmod, reserve,
            startWriting, syncFileSystem, symlink, readlink, link, statfs
    }

    package enum Verdict: Sendable {
        case proceed
        case fail(Int32)
        case shorten(to: Int)
        /// The call is not made, but seems to succeed.
        case skip
    }

    package let name: Name
    /// The file's name within its directory, where the call takes one.
    package let file: String?
    /// The descriptor, where the call takes one and no name.
    package let descriptor: Int32?
    /// How many bytes the call asks for; 0 where it moves none.
    package let byteCount: Int

    // Task-local, so that a test sees the calls of its own task only.
    @TaskLocal package static var observer: (@Sendable (SystemCall) -> Verdict)?

    /// Makes one call and repeats it on EINTR; `body` gets the number of bytes that it may move.
    /// - Returns: What the call has returned, which is not negative.
    @inline(__always)
    static func make<Value: FixedWidthInteger>(
        _ name: Name, _ file: String? = nil, descriptor: Int32? = nil, bytes: Int = 0,
        _ body: (Int) -> Value
    ) throws(SystemError) -> Value {
        while true {
            var limit = bytes
            if let observer {
                let call = SystemCall(name: name, file: file, descriptor: descriptor, byteCount: bytes)
                switch observer(call) {
                case .proceed: break
                case .skip: return 0
                case .fail(EINTR) where name != .close: continue
                case .fail(let code): throw SystemError(call: name, errno: code)
                case .shorten(let count): limit = min(bytes, count)
                }
            }
            let result = body(limit)
            if result >= 0 { return result }
            let code = errno
            // Linux has closed the descriptor even when close reports EINTR.
            if code == EINTR && name != .close { continue }
            throw SystemError(call: name, errno: code)
        }
    }
}

/// A failed system call, before it is known which path to blame.
package struct SystemError: Error {
    package let call: SystemCall.Name
    package let errno: Int32

    package init(call: SystemCall.Name, errno: Int32) {
        self.call = call
        self.errno = errno
    }
}
