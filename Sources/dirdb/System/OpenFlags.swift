import Glibc

/// Flags of open(2).
enum OpenFlags {
    /// To learn what a name stands for: needs no permission, and waits for nobody where it is a pipe.
    // O_PATH, which the module Glibc hides: _GNU_SOURCE is not defined for it.
    static let look: Int32 = 0o10000000
    static let write = O_WRONLY | O_NOCTTY
}
