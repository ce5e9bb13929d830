import DirDB
import DirDBDumpers
import Glibc

/// What only libc tells of the terminal and of what is typed there.
enum Terminal {
    /// Whether a descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Standard output as a descriptor of its own, to be closed by whom it is given to.
    /// - Throws: An error when there is none.
    static func standardOutput() throws -> FileDescriptor {
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0 else {
            throw CommandError(
                "cannot write to standard output: \(System.message(errno)); redirect it elsewhere")
        }
        return FileDescriptor(copy)
    }

    /// The width to fit output into; nil when standard output is no terminal and nothing is to be cut.
    static func width() -> Int? {
        guard isTerminal(STDOUT_FILENO) else { return nil }
        if let columns = Environment.variable("COLUMNS").flatMap({ Int($0) }), columns > 0 {
            return columns
        }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Waits for a descriptor to become readable, or to be closed by the other side.
    /// - Returns: Whether it did within the time.
    static func waitForInput(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }
}
