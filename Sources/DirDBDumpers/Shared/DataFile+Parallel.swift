import DirDB
import Dispatch
import Synchronization

extension DataFile {
    private static let largePiece = 16 << 20

    /// Fills a buffer from `offset` on, a large one in pieces on all cores.
    ///
    /// To copy out of the page cache into memory that was not touched yet is work for a core and not for the disk.
    /// - Returns: Whether the file held as many bytes.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int64) throws(DirDBError) -> Bool {
        let piece = Self.largePiece
        guard buffer.count >= 4 * piece else { return try read(at: offset, into: buffer) == buffer.count }
        // As a number, which threads may share: each writes its own part.
        let (address, count) = (UInt(bitPattern: buffer.baseAddress), buffer.count)
        let failure = Mutex<DirDBError?>(nil)
        let isShort = Mutex(false)
        DispatchQueue.concurrentPerform(iterations: (count + piece - 1) / piece) { index in
            let part = UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(bitPattern: address + UInt(index * piece)),
                count: Swift.min(piece, count - index * piece))
            do throws(DirDBError) {
                let count = try read(at: offset + Int64(index * piece), into: part)
                if count < part.count { isShort.withLock { $0 = true } }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return !isShort.withLock { $0 }
    }
}
