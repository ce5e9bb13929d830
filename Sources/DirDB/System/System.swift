import Glibc

/// The system calls that belong to no open file or directory.
package enum System {
    package static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
        try SystemCall.make(.open, path) { _ in Glibc.open(path, flags | O_CLOEXEC) }
    }

    package static func close(_ descriptor: Int32) throws(SystemError) {
        _ = try SystemCall.make(.close) { _ in Glibc.close(descriptor) }
    }

    /// Reads at most `buffer.count` bytes at the file position; 0 at the end.
    package static func read(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try SystemCall.make(.read, bytes: buffer.count) { Glibc.read(descriptor, buffer.baseAddress, $0) }
    }

    /// Writes all the bytes at the file position, or into a pipe or terminal.
    package static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(
                try SystemCall.make(.write, bytes: rest.count) {
                    Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, $0)
                })
        }
    }

    /// The absolute path without symbolic links; nil when `path` does not exist.
    package static func realPath(_ path: String) throws(SystemError) -> String? {
        do {
            var resolved: String?
            _ = try SystemCall.make(.stat, path) { _ in
                guard let buffer = Glibc.realpath(path, nil) else { return -1 }
                defer { free(buffer) }
                resolved = String(validatingCString: buffer)
                return 0
            }
            return resolved
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    /// The whole content of a text file of proc(5); nil when there is no such file or no proc file system.
    package static func readProcFile(_ path: String) -> [UInt8]? {
        guard let raw = try? open(path, O_RDONLY) else { return nil }
        return try? FileDescriptor(raw).readAll(path: path)
    }

    /// Whether so much memory can be had; an array that cannot ends the process.
    package static func canAllocate(_ byteCount: Int) -> Bool {
        // What is small is not worth a system call.
        guard byteCount >= 1 << 24 else { return byteCount >= 0 }
        guard let memory = malloc(byteCount) else { return false }
        free(memory)
        return true
    }

    /// Seconds and nanoseconds since the epoch.
    package static func now() -> FileTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileTime(time)
    }

    package static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// The system's own words for an error number.
    package static func message(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
