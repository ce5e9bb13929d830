package import DirDB

/// A mounted file system as the kernel describes it: a line of /proc/self/mountinfo, proc_pid_mountinfo(5).
package struct Mount: Equatable, Sendable {
    /// The kernel's number of the mount.
    package let number: Int
    /// The directory on which it is mounted.
    package let point: String
    /// Such as `ext4` or `fuse.sshfs`.
    package let type: String
    /// The device or the server.
    package let source: String
    /// The options of the mount and of the file system, each once.
    package let options: [String]

    /// The mount in a line; nil when it is none.
    package init?(line: [UInt8]) {
        // 36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        // The source may be empty; before the dash there is any number of fields like master:1.
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard fields.count > 6, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]),
            fields.count > dash + 3, let number = Int(Self.text(fields[0])), !fields[dash + 1].isEmpty
        else { return nil }
        self.number = number
        point = Self.text(fields[4])
        type = Self.text(fields[dash + 1])
        source = Self.text(fields[dash + 2])
        var options: [String] = []
        for option in [fields[5], fields[dash + 3]].flatMap({ $0.split(separator: UInt8(ascii: ",")) }) {
            let text = Self.text(option)
            if !options.contains(text) { options.append(text) }
        }
        // A bind mount may be read-only where its file system is not.
        self.options = options.contains("ro") ? options.filter { $0 != "rw" } : options
    }

    /// The mount of this number in the text of a mountinfo file.
    package static func find(_ number: Int, in mountinfo: [UInt8]) -> Mount? {
        for line in mountinfo.split(separator: UInt8(ascii: "\n")) {
            if let mount = Mount(line: Array(line)), mount.number == number { return mount }
        }
        return nil
    }

    /// Undoes the kernel's escapes: a space is `\040`.
    ///
    /// For people to read, so bytes that are no UTF-8 may go.
    private static func text(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Directory {
    /// The mount that the directory is on; nil where the kernel does not tell, as some sandboxes.
    package func mount() -> Mount? {
        // By number, because one path may be mounted over again and again, and a device in several places.
        guard let number = mountNumber, let mountinfo = System.readProcFile("/proc/self/mountinfo") else {
            return nil
        }
        return Mount.find(number, in: mountinfo)
    }

    private var mountNumber: Int? {
        guard let bytes = System.readProcFile("/proc/self/fdinfo/\(raw)") else { return nil }
        // pos: 0, flags: 0300000, mnt_id: 27, each on a line with a tab.
        let fields = String(decoding: bytes, as: UTF8.self).split { $0 == "\n" || $0 == "\t" }
        guard let title = fields.firstIndex(of: "mnt_id:"), title + 1 < fields.count else { return nil }
        return Int(fields[title + 1])
    }
}
