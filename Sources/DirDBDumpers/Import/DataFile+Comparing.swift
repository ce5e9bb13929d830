package import DirDB

extension DataFile {
    /// Whether both files hold the same bytes.
    package func hasSameBytes(as other: borrowing DataFile) throws(DirDBError) -> Bool {
        if other.size != size { return false }
        return try hasSameBytes { (offset, count) throws(DirDBError) in
            try other.readBytes(at: offset, count: count)
        }
    }

    /// Whether the bytes are those that `read` gives from an offset on, at most so many at a time.
    package func hasSameBytes(
        as read: (_ offset: Int64, _ count: Int) throws(DirDBError) -> [UInt8]
    ) throws(DirDBError) -> Bool {
        let pieceSize = 1 << 20
        var offset: Int64 = 0
        while offset < size {
            if Task.isCancelled { throw .cancelled(path) }
            let bytes = try readBytes(at: offset, count: pieceSize)
            if bytes.isEmpty { return false }
            if try read(offset, pieceSize) != bytes { return false }
            offset += Int64(bytes.count)
        }
        return true
    }
}
