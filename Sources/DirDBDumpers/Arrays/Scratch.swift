import DirDB

extension UnsafeMutableRawBufferPointer {
    /// Memory of undefined content, as much as a file asks for; the caller gives it back.
    ///
    /// - Throws: `.unsupportedFormat`, without a path, when so much cannot be had, which would end the process.
    static func scratch(_ byteCount: Int) throws(DirDBError) -> UnsafeMutableRawBufferPointer {
        guard System.canAllocate(byteCount) else {
            throw DirDBError(
                .unsupportedFormat, path: "", "\(byteCount) bytes need more memory than can be had",
                remedy: "map the file, or read it in parts")
        }
        return allocate(byteCount: byteCount, alignment: 16)
    }
}
