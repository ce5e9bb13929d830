/// Who holds a lock, as far as this machine can tell.
///
/// The lock file stays empty, so the answer comes from the kernel's list, /proc/locks (proc_locks(5)); a holder
/// on another machine is not in it.
enum LockHolder {
    /// Such as `process 4711 (python3)`; nil when it is not known.
    static func describe(_ file: FileIdentity) -> String? {
        guard let text = read("/proc/locks") else { return nil }
        for line in text.split(separator: "\n") {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:131 0 EOF
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", let process = Int32(fields[4]), process > 0 else {
                continue
            }
            let place = fields[5].split(separator: ":")
            guard place.count == 3, UInt64(place[2]) == file.inode, device(place) == file.device else {
                continue
            }
            let name = read("/proc/\(process)/comm")?.split(separator: "\n").first
            return "process \(process)" + (name.map { " (\($0))" } ?? "")
        }
        return nil
    }

    /// The device number as stat(2) encodes it: gnu_dev_makedev of the hexadecimal major and minor.
    private static func device(_ place: [Substring]) -> UInt64? {
        guard let major = UInt64(place[0], radix: 16), let minor = UInt64(place[1], radix: 16) else {
            return nil
        }
        return (major & 0xFFF) << 8 | (major & ~0xFFF) << 32 | minor & 0xFF | (minor & ~0xFF) << 12
    }

    private static func read(_ path: String) -> String? {
        ProcFile.read(path).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
