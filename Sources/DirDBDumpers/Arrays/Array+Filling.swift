import DirDB

extension Array where Element: NumpyElement {
    /// An array whose bytes `body` writes, all of them, without zeroing them first.
    init(
        filling count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        guard System.canAllocate(count * MemoryLayout<Element>.stride) else {
            throw DirDBError(
                .unsupportedFormat, path: "",
                "an array of \(count) elements needs more memory than can be had",
                remedy: "map the file, or read it by rows")
        }
        var failure: DirDBError?
        self.init(unsafeUninitializedCapacity: count) { buffer, initializedCount in
            do throws(DirDBError) {
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                bytes.adviseHugePages()
                try body(
                    UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<Element>.stride)]))
                initializedCount = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
