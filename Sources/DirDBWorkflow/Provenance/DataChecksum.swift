import CXXHash
import DirDB

/// The checksum of a data file: the 64 bits of XXH3, as `xxhsum -H3` prints them.
///
/// It finds damage and resists no attack. The format is that of the specification of xxHash at
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
struct DataChecksum: Hashable, CustomStringConvertible {
    private static let prefix = "xxh3:"
    // Stays in the cache of a core, which makes reading cheaper than mapping.
    private static let pieceSize = 1 << 18

    /// Such as `xxh3:2d06800538d394c2`.
    let description: String

    /// Reads a file to its end.
    /// - Throws: ``DirDBError`` when reading fails, `.cancelled` when the task was cancelled.
    /// - Complexity: O(n) in the size of the file; memory is constant.
    init(of file: borrowing DataFile) throws(DirDBError) {
        guard let state = XXH3_createState() else {
            throw DirDBError(
                .system, path: file.path, "there is no memory for the checksum of \(file.path)",
                remedy: "free some")
        }
        defer { XXH3_freeState(state) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
        defer { buffer.deallocate() }
        XXH3_64bits_reset(state)
        var offset: Int64 = 0
        while true {
            if Task.isCancelled { throw .cancelled(file.path) }
            let count = try file.read(at: offset, into: buffer)
            if count == 0 { break }
            XXH3_64bits_update(state, buffer.baseAddress, count)
            offset += Int64(count)
        }
        description = Self.prefix + XXH3_64bits_digest(state).hexadecimal
    }

    /// A checksum as it was recorded; nil when it is none of this kind.
    init?(recorded text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let digits = text.utf8.dropFirst(Self.prefix.utf8.count)
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) || (97...102).contains(byte) }
        guard digits.count == 16, digits.allSatisfy(isDigit) else { return nil }
        description = text
    }
}
