import DirDB

/// Reads bytes of a file from an offset on; fewer than asked for only at its end.
typealias ZipSource = (Int64, UnsafeMutableRawBufferPointer) throws(DirDBError) -> Int

/// Reads the content of one member from its start, decompressed, with the checksum computed along the way.
struct ZipMemberReader: ~Copyable {
    let member: ZipMember
    /// Where the member's data starts in the file.
    let dataOffset: Int
    private let path: String
    private let input: UnsafeMutableRawBufferPointer
    private var inflater: Inflater
    private var pending: UnsafeRawBufferPointer
    private var consumed = 0
    /// The number of bytes read so far.
    private(set) var count = 0
    private var checksum = CRC32()

    /// Finds the member's data.
    ///
    /// - Throws: `.damagedData`; `.unsupportedFormat` for encryption and for methods other than stored and deflated.
    init(_ member: ZipMember, path: String, _ source: ZipSource) throws(DirDBError) {
        // Encryption is the first thing to say of an encrypted member.
        if !member.isEncrypted { try member.requireReadable(path: path) }
        dataOffset = try member.dataOffset(path: path, source)
        inflater = Inflater(.none)
        self.member = member
        self.path = path
        let bufferSize = member.isStored ? 0 : min(64 << 10, member.compressedSize)
        input = .allocate(byteCount: bufferSize, alignment: 16)
        pending = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        input.deallocate()
    }

    /// Fills the buffer, which must not be larger than what is left of the content.
    /// - Throws: `.damagedData` when the content ends before; what the source throws.
    mutating func read(
        into buffer: UnsafeMutableRawBufferPointer, from source: ZipSource
    ) throws(DirDBError) {
        if member.isStored {
            // In pieces that are still in the cache when the checksum is computed.
            var done = 0
            while done < buffer.count {
                let piece = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[done..<min(done + (256 << 10), buffer.count)])
                guard try source(Int64(dataOffset + count), piece) == piece.count else {
                    throw .becameShorter(path)
                }
                checksum.update(UnsafeRawBufferPointer(piece))
                count += piece.count
                done += piece.count
            }
        } else {
            let made = try inflate(into: buffer, from: source)
            guard made == buffer.count else {
                throw damaged("its compressed data ends after \(count) of \(member.size) bytes")
            }
        }
    }

    /// Checks that all was read, that nothing follows, and the checksum.
    /// - Throws: `.damagedData` when one of these does not hold.
    mutating func finish(from source: ZipSource) throws(DirDBError) {
        if !member.isStored {
            let more = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
            defer { more.deallocate() }
            guard try inflate(into: more, from: source) == 0 else {
                throw damaged("its compressed data holds more than the \(member.size) bytes it should")
            }
        }
        guard checksum.value == member.checksum else {
            throw damaged("its CRC-32 is not the one that was written")
        }
    }

    /// Inflates until the buffer is full or the stream ends.
    private mutating func inflate(
        into buffer: UnsafeMutableRawBufferPointer, from source: ZipSource
    ) throws(DirDBError) -> Int {
        var done = 0
        while done < buffer.count {
            if pending.isEmpty { try readPending(from: source) }
            // Without further input too: zlib may hold output for which the last buffer had no room.
            let isWithoutInput = pending.isEmpty
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer[done..<min(done + (256 << 10), buffer.count)])
            let made: Int
            do throws(CompressionFailure) { made = try inflater.inflate(&pending, into: part) } catch {
                throw damaged("its compressed data cannot be read: \(error.cause)")
            }
            checksum.update(UnsafeRawBufferPointer(rebasing: part[..<made]))
            done += made
            count += made
            if made == 0 && (isWithoutInput || !pending.isEmpty) { break }
        }
        return done
    }

    /// Reads the next compressed bytes; none at their end.
    private mutating func readPending(from source: ZipSource) throws(DirDBError) {
        let piece = UnsafeMutableRawBufferPointer(
            rebasing: input[..<min(input.count, member.compressedSize - consumed)])
        guard try source(Int64(dataOffset + consumed), piece) == piece.count else {
            throw .becameShorter(path)
        }
        consumed += piece.count
        pending = UnsafeRawBufferPointer(piece)
    }

    private func damaged(_ cause: String) -> DirDBError {
        .damagedMember(member.name, path, cause)
    }
}
