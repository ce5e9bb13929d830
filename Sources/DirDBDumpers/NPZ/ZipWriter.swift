import DirDB

/// From which size and number on the records of ZIP64 are written; others than these only in tests.
package struct ZipLimits: Sendable {
    let size: Int64
    let count: Int

    package init(size: Int64 = 0xFFFF_FFFF, count: Int = 0xFFFF) {
        self.size = size
        self.count = count
    }
}

/// A member that is written, for the central directory.
struct ZipRecord: Sendable {
    let name: [UInt8]
    let method: UInt16
    /// Those flags that say how the method was used.
    var options: UInt16 = 0
    let offset: Int64
    var checksum: UInt32 = 0
    var compressedSize: Int64 = 0
    var size: Int64 = 0

    // Bit 11: the name is UTF-8, which for ASCII need not be said.
    var flags: UInt16 { options | (name.contains { $0 >= 0x80 } ? 0x0800 : 0) }
    // 00:00 of 1980-01-01, as numpy writes it.
    static let time: UInt32 = 0x0021_0000
}

/// Writes a zip file of npy files, one after the other.
struct ZipWriter {
    private let compression: NPZCompression
    private let limits: ZipLimits
    private let path: String
    private var records: [ZipRecord] = []
    private var names: Set<String> = []

    init(_ compression: NPZCompression, _ limits: ZipLimits, path: String) {
        self.compression = compression
        self.limits = limits
        self.path = path
    }

    /// Appends a whole array.
    /// - Throws: `.invalidArgument` for a name that is taken or that no zip file can hold; ``DirDBError``.
    mutating func append(
        _ array: some NumpyArray, named name: String, to sink: inout DataSink
    ) throws(DirDBError) {
        var member = try begin(array, name, to: &sink)
        try array.withElements { (elements) throws(DirDBError) in
            try member.write(UnsafeRawBufferPointer(elements), to: &sink)
        }
        try end(member, to: &sink)
    }

    private func begin<Content: NumpyArray>(
        _ array: Content, _ name: String, to sink: inout DataSink
    ) throws(DirDBError) -> ZipMemberWriter {
        try begin(Content.Element.self, array.shape, name, to: &sink)
    }

    /// Begins a member: its local header and the header of the npy file.
    func begin<Element: NumpyElement>(
        _ type: Element.Type, _ shape: [Int], _ name: String, to sink: inout DataSink
    ) throws(DirDBError) -> ZipMemberWriter {
        let cause: String? =
            if names.contains(name) {
                "there is one of that name already"
            } else if name.utf8.contains(0) {
                "it contains a NUL"
            } else if name.utf8.count > 0x7FFF {
                "it has more than 32767 bytes"
            } else { nil }
        if let cause { throw .arrayName(name, path, cause) }
        guard let count = shape.elementCount(itemSize: MemoryLayout<Element>.stride) else {
            throw .impossibleShape(shape)
        }
        let header = NPYHeader.bytes(of: type, shape: shape)
        let size = Int64(header.count) + Int64(count) * Int64(MemoryLayout<Element>.stride)
        var member = try ZipMemberWriter("\(name).npy", size: size, compression, limits, to: &sink)
        try header.withBytes { (bytes) throws(DirDBError) in try member.write(bytes, to: &sink) }
        return member
    }

    /// Appends a member of another archive as it is, whatever it holds, or some rows of an array.
    ///
    /// Rows are stored or deflated as the member is. Nothing is overwritten, so that the sink may be a pipe.
    /// - Throws: `.unsupportedFormat` for an encrypted one; `.damagedData`; of rows, what ``NPYMember`` and
    ///   ``NPYRowCopy`` throw; ``DirDBError`` when writing fails.
    mutating func copy(
        _ member: ZipMember, rows: Range<Int>?, to sink: inout DataSink, from source: ZipSource
    ) throws(DirDBError) {
        if let rows {
            try copy(rows, of: member, from: source, to: &sink)
        } else {
            try copy(member, from: source, to: &sink)
        }
    }

    private mutating func copy(
        _ member: ZipMember, from source: ZipSource, to sink: inout DataSink
    ) throws(DirDBError) {
        let start = try member.dataOffset(path: path, source)
        var record = ZipRecord(
            name: Array(member.name.utf8), method: member.method, options: member.flags & 6,
            offset: sink.count,
            checksum: member.checksum)
        record.size = Int64(member.size)
        record.compressedSize = Int64(member.compressedSize)
        let isWide = max(record.size, record.compressedSize) >= limits.size
        try record.writeHeader(isWide: isWide, to: &sink)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(max(member.compressedSize, 1), 1 << 20), alignment: 64)
        defer { buffer.deallocate() }
        var done = 0
        while done < member.compressedSize {
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: buffer.prefix(member.compressedSize - done))
            guard try source(Int64(start + done), piece) == piece.count else { throw .becameShorter(path) }
            try sink.write(UnsafeRawBufferPointer(piece))
            done += piece.count
        }
        records.append(record)
    }

    private mutating func copy(
        _ rows: Range<Int>, of member: ZipMember, from source: ZipSource, to sink: inout DataSink
    ) throws(DirDBError) {
        let content = try NPYMember(member, path: path, source)
        let part = try content.rows(rows)
        var target = try ZipMemberWriter(
            member.name, size: Int64(part.header.count + part.size), member.isStored ? .stored : .deflated,
            limits, isStream: true, to: &sink)
        try part.header.withBytes { (bytes) throws(DirDBError) in try target.write(bytes, to: &sink) }
        try content.copyElements(of: part, from: source) { (bytes) throws(DirDBError) in
            try target.write(bytes, to: &sink)
        }
        records.append(try target.finish(&sink))
    }

    /// Completes a member.
    mutating func end(_ member: consuming ZipMemberWriter, to sink: inout DataSink) throws(DirDBError) {
        let record = try member.finish(&sink)
        names.insert(String(decoding: record.name.dropLast(4), as: UTF8.self))
        records.append(record)
    }

    /// Writes the central directory.
    func finish(_ sink: inout DataSink) throws(DirDBError) {
        let start = sink.count
        var bytes: [UInt8] = []
        for record in records { append(record, to: &bytes) }
        let size = Int64(bytes.count)
        let isWide = records.count >= limits.count || start >= limits.size || size >= limits.size
        if isWide {
            bytes.append(littleEndian: 0x0606_4B50 as UInt32)
            bytes.append(littleEndian: 44 as UInt64)
            bytes.append(littleEndian: 45 as UInt32 | 45 << 16)
            bytes.append(littleEndian: 0 as UInt64)
            bytes.append(littleEndian: UInt64(records.count))
            bytes.append(littleEndian: UInt64(records.count))
            bytes.append(littleEndian: size)
            bytes.append(littleEndian: start)
            bytes.append(littleEndian: 0x0706_4B50 as UInt32)
            bytes.append(littleEndian: 0 as UInt32)
            bytes.append(littleEndian: start + size)
            bytes.append(littleEndian: 1 as UInt32)
        }
        bytes.append(littleEndian: 0x0605_4B50 as UInt32)
        bytes.append(littleEndian: 0 as UInt32)
        let count = isWide ? .max : UInt16(records.count)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: isWide ? .max : UInt32(size))
        bytes.append(littleEndian: isWide ? .max : UInt32(start))
        bytes.append(littleEndian: 0 as UInt16)
        try sink.write(bytes)
    }

    private func append(_ record: ZipRecord, to bytes: inout [UInt8]) {
        let numbers = [record.size, record.compressedSize, record.offset]
        let wide = numbers.filter { $0 >= limits.size }
        let short = numbers.map { $0 >= limits.size ? UInt32.max : UInt32($0) }
        let version: UInt16 = wide.isEmpty ? 20 : 45
        bytes.append(littleEndian: 0x0201_4B50 as UInt32)
        // Made by Unix.
        bytes.append(littleEndian: 3 << 8 | version)
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: record.flags)
        bytes.append(littleEndian: record.method)
        bytes.append(littleEndian: ZipRecord.time)
        bytes.append(littleEndian: record.checksum)
        bytes.append(littleEndian: short[1])
        bytes.append(littleEndian: short[0])
        bytes.append(littleEndian: UInt16(record.name.count))
        bytes.append(littleEndian: wide.isEmpty ? 0 : UInt16(4 + 8 * wide.count))
        bytes += [UInt8](repeating: 0, count: 6)
        // A regular file of mode 0644; without a mode nobody could read what is unpacked.
        bytes.append(littleEndian: 0o100644 << 16 as UInt32)
        bytes.append(littleEndian: short[2])
        bytes += record.name
        if wide.isEmpty { return }
        bytes.append(littleEndian: 1 as UInt16)
        bytes.append(littleEndian: UInt16(8 * wide.count))
        for number in wide { bytes.append(littleEndian: number) }
    }
}
