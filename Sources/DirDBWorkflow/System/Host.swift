import Glibc

/// What only libc tells: this machine, its user, other programs.
enum Host {
    /// The name of the machine; nil when it has none.
    static var name: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, gethostname(base, 255) == 0 else { return nil }
            // gethostname(2) need not end a name that it had to cut.
            base[255] = 0
            return String(validatingCString: base)
        }
    }

    /// The name of the user that this process acts as; the number of one that has no name.
    static var user: String {
        let number = geteuid()
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let name = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 14) { buffer in
            guard let base = buffer.baseAddress else { return String?.none }
            getpwuid_r(number, &record, base, buffer.count, &found)
            guard let text = found?.pointee.pw_name else { return String?.none }
            return String(validatingCString: text)
        }
        return name ?? "\(number)"
    }

    /// The beginning of what a shell command prints, at most 4 KiB; nil when it fails.
    static func output(of command: String) -> String? {
        // "e" closes the pipe in programs that other threads start meanwhile, glibc's popen(3).
        guard let stream = popen(command, "re") else { return nil }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            let count = fread(buffer.baseAddress, 1, buffer.count, stream)
            let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
            // To the end: a program that cannot write fails.
            while fread(buffer.baseAddress, 1, buffer.count, stream) > 0 {}
            return String(decoding: bytes, as: UTF8.self)
        }
        return pclose(stream) == 0 ? text : nil
    }
}
