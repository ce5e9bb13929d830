import Foundation
import TestSupport

/// A terminal of a given width.
struct PseudoTerminal {
    private struct Failure: Error {}

    // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h, macros too complex for Swift.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    private let main: FileHandle
    private let number: UInt32

    init(columns: UInt16) throws {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        guard descriptor >= 0 else { throw Failure() }
        main = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // What grantpt, unlockpt and ptsname do, which Glibc does not show to Swift.
        var (isLocked, number) = (Int32(0), UInt32(0))
        guard ioctl(descriptor, Self.setLock, &isLocked) == 0, ioctl(descriptor, Self.getNumber, &number) == 0
        else { throw Failure() }
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0 else { throw Failure() }
        self.number = number
    }

    /// Runs a shell script whose standard output is the terminal, in which `$DIRDB` is the executable.
    /// - Returns: What the terminal showed, with plain line ends.
    func run(_ script: String, columns: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        var environment = ProcessInfo.processInfo.environment
        environment["DIRDB"] = try Executable.url("dirdb").path
        environment["COLUMNS"] = columns
        process.environment = environment
        let opened = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard opened >= 0 else { throw Failure() }
        let other = FileHandle(fileDescriptor: opened, closeOnDealloc: true)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = other
        process.standardError = other
        try process.run()
        try other.close()
        // What is written arrives later, in pieces; when nobody has the other side open, the rest is followed by EIO.
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(main.fileDescriptor, &buffer, buffer.count)
            if count > 0 { output += buffer.prefix(count) } else if count == 0 || errno != EINTR { break }
        }
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}
