/// The text files in which the kernel tells about itself, proc(5).
package enum ProcFile {
    /// The whole content; nil when there is no such file, or no proc file system at all.
    package static func read(_ path: String) -> [UInt8]? {
        guard let raw = try? System.open(path, 0) else { return nil }
        let descriptor = FileDescriptor(raw)
        return try? descriptor.readAll(path: path)
    }
}
