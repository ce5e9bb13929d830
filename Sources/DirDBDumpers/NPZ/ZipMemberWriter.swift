import DirDB

/// Writes one member of a zip file: its local header, its content, and at last checksum and sizes, into the header or
/// after the content.
struct ZipMemberWriter: ~Copyable {
    private var record: ZipRecord
    private let isWide: Bool
    private var checksum = CRC32()
    private var deflater: Deflater
    private let dataOffset: Int64

    /// Writes the local header.
    ///
    /// - Parameters:
    ///   - name: The name of the member.
    ///   - size: The size of its content.
    ///   - compression: How it is written.
    ///   - limits: From which sizes on the records of ZIP64 are written.
    ///   - isStream: Whether the sink may be a pipe, in which nothing is overwritten: checksum and sizes then follow the
    ///     content, as a data descriptor, as Python's zipfile does it.
    ///   - sink: Where to write.
    /// - Throws: ``DirDBError`` when writing fails.
    init(
        _ name: String, size: Int64, _ compression: NPZCompression, _ limits: ZipLimits,
        isStream: Bool = false, to sink: inout DataSink
    ) throws(DirDBError) {
        var level: Int?
        if case .deflated(let asked) = compression { level = min(max(asked, 1), 9) }
        deflater = Deflater(.none, level: level ?? 0)
        record = ZipRecord(name: Array(name.utf8), method: level == nil ? 0 : 8, offset: sink.count)
        if isStream { record.options |= ZipRecord.hasDescriptor }
        // What cannot be compressed grows a little.
        isWide = size + (level == nil ? 0 : size / 1024 + 64) >= limits.size
        try record.writeHeader(isWide: isWide, to: &sink)
        dataOffset = sink.count
    }

    /// Appends to the content.
    mutating func write(_ bytes: UnsafeRawBufferPointer, to sink: inout DataSink) throws(DirDBError) {
        var rest = bytes
        while !rest.isEmpty {
            // In pieces that are still in a cache when they are written, and so large that room is reserved for them.
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(8 << 20))
            checksum.update(piece)
            if record.method == 8 {
                try deflater.deflate(piece, isLast: false) { (ready) throws(DirDBError) in
                    try sink.write(ready)
                }
            } else {
                try sink.write(piece)
            }
            record.size += Int64(piece.count)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
    }

    /// Completes the local header.
    consuming func finish(_ sink: inout DataSink) throws(DirDBError) -> ZipRecord {
        if record.method == 8 {
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            try deflater.deflate(nothing, isLast: true) { (ready) throws(DirDBError) in
                try sink.write(ready)
            }
        }
        record.checksum = checksum.value
        record.compressedSize = sink.count - dataOffset
        if record.options & ZipRecord.hasDescriptor != 0 {
            try record.writeDescriptor(isWide: isWide, to: &sink)
        } else {
            try record.completeHeader(isWide: isWide, in: &sink)
        }
        return record
    }
}

extension ZipRecord {
    // Bit 3 of the flags.
    static let hasDescriptor: UInt16 = 8

    /// Writes the local header, with checksum and sizes as far as they are known.
    ///
    /// Stored data starts at a multiple of 64, by an extra field of the kind that Android's zipalign writes.
    func writeHeader(isWide: Bool, to sink: inout DataSink) throws(DirDBError) {
        var header: [UInt8] = []
        header.append(littleEndian: 0x0403_4B50 as UInt32)
        header.append(littleEndian: isWide ? 45 : 20 as UInt16)
        header.append(littleEndian: flags)
        header.append(littleEndian: method)
        header.append(littleEndian: Self.time)
        header += sums(isWide: isWide)
        header.append(littleEndian: UInt16(name.count))
        let end = offset + Int64(30 + name.count + (isWide ? 20 : 0))
        let padding = method == 0 ? Self.padding(Int((64 - end % 64) % 64)) : 0
        header.append(littleEndian: UInt16((isWide ? 20 : 0) + padding))
        header += name
        if isWide {
            header.append(littleEndian: 1 as UInt16)
            header.append(littleEndian: 16 as UInt16)
            header.append(littleEndian: size)
            header.append(littleEndian: compressedSize)
        }
        if padding > 0 {
            header.append(littleEndian: 0xD935 as UInt16)
            header.append(littleEndian: UInt16(padding - 4))
            header.append(littleEndian: 64 as UInt16)
            header += [UInt8](repeating: 0, count: padding - 6)
        }
        try sink.write(header)
    }

    // The field has 6 bytes at least.
    private static func padding(_ missing: Int) -> Int { (1...5).contains(missing) ? missing + 64 : missing }

    /// Writes checksum and sizes into the local header.
    func completeHeader(isWide: Bool, in sink: inout DataSink) throws(DirDBError) {
        try sink.overwrite(sums(isWide: isWide), at: offset + 14)
        if isWide {
            var sizes: [UInt8] = []
            sizes.append(littleEndian: size)
            sizes.append(littleEndian: compressedSize)
            try sink.overwrite(sizes, at: offset + Int64(30 + name.count + 4))
        }
    }

    /// Writes checksum and sizes after the content.
    func writeDescriptor(isWide: Bool, to sink: inout DataSink) throws(DirDBError) {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: 0x0807_4B50 as UInt32)
        if isWide {
            bytes.append(littleEndian: checksum)
            bytes.append(littleEndian: compressedSize)
            bytes.append(littleEndian: size)
        } else {
            bytes += sums(isWide: false)
        }
        try sink.write(bytes)
    }

    /// Checksum and sizes as a local header has them.
    private func sums(isWide: Bool) -> [UInt8] {
        var numbers: [UInt8] = []
        numbers.append(littleEndian: checksum)
        numbers.append(littleEndian: isWide ? .max : UInt32(compressedSize))
        numbers.append(littleEndian: isWide ? .max : UInt32(size))
        return numbers
    }
}
