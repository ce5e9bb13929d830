/// What the seam around libc knows of a system call that is about to be made.
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
    /// The descriptor, of a sync.
    package let descriptor: Int32?
    /// How many bytes the call asks for; 0 where it moves none.
    package let byteCount: Int

    // Task-local, so that a test sees the calls of its own task only.
    @TaskLocal package static var observer: (@Sendable (SystemCall) -> Verdict)?
}

/// A failed system call, before it is known which path to blame.
package struct SystemError: Error {
    package let call: SystemCall.Name
    package let errno: Int32
}
