import DirDB

/// The central directory of a zip file.
///
/// The format: APPNOTE.TXT of PKWARE, version 6.3.10, sections 4.3 and 4.5.3 (ZIP64).
struct ZipDirectory: Sendable {
    /// The members in the order of the directory.
    let members: [ZipMember]
    /// Bytes behind the end of the archive.
    let trailingBytes: Int64

    /// Reads the directory: one read of the file's end, and a second one when the directory is larger.
    ///
    /// - Throws: `.damagedData` when it is no zip file, or its numbers make no sense.
    init(_ file: borrowing DataFile) throws(DirDBError) {
        let path = file.path
        let tailStart = max(0, file.size - Self.tailSize)
        let tail = try file.readBytes(at: tailStart, count: Int(Self.tailSize))
        let end = try End(tail, start: tailStart, path: path)
        trailingBytes = tailStart + Int64(tail.count) - end.upperBound
        if end.directory.lowerBound >= tailStart {
            let range = Int(end.directory.lowerBound - tailStart)..<Int(end.directory.upperBound - tailStart)
            members = try Self.members(Array(tail[range]), end, path: path)
        } else {
            let bytes = try file.readBytes(at: end.directory.lowerBound, count: end.directory.count)
            guard bytes.count == end.directory.count else { throw .becameShorter(path) }
            members = try Self.members(bytes, end, path: path)
        }
    }

    /// The members that are arrays, with their names.
    var arrays: [(name: String, member: ZipMember)] {
        members.compactMap { member in member.arrayName.map { ($0, member) } }
    }

    // The end record with the longest comment, and what ZIP64 puts before it.
    private static let tailSize: Int64 = 22 + 65535 + 20 + 56

    private static func members(
        _ bytes: [UInt8], _ end: End, path: String
    ) throws(DirDBError) -> [ZipMember] {
        var members: [ZipMember] = []
        members.reserveCapacity(min(end.memberCount, bytes.count / 46))
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 46, bytes.littleEndian(at: offset, as: UInt32.self) == 0x0201_4B50
            else { throw .damagedData(path, "the central directory of the archive makes no sense") }
            let nameEnd = offset + 46 + Int(bytes.littleEndian(at: offset + 28, as: UInt16.self))
            let extraEnd = nameEnd + Int(bytes.littleEndian(at: offset + 30, as: UInt16.self))
            let commentEnd = extraEnd + Int(bytes.littleEndian(at: offset + 32, as: UInt16.self))
            guard commentEnd <= bytes.count else {
                throw .damagedData(path, "the central directory of the archive ends within a member's record")
            }
            members.append(
                try member(
                    bytes, offset, name: bytes[offset + 46..<nameEnd], extra: bytes[nameEnd..<extraEnd],
                    path: path))
            offset = commentEnd
        }
        guard members.count == end.memberCount else {
            throw .damagedData(
                path, "the archive should have \(end.memberCount) members and has \(members.count)")
        }
        try settleLimits(&members, end: Int(end.directory.lowerBound), path: path)
        markSharedNames(&members)
        return members
    }

    private static func member(
        _ bytes: [UInt8], _ offset: Int, name: ArraySlice<UInt8>, extra: ArraySlice<UInt8>, path: String
    ) throws(DirDBError) -> ZipMember {
        // Names that are not UTF-8 are in some code page of old; each byte is then shown as a character.
        let name =
            String(validating: name, as: UTF8.self)
            ?? String(String.UnicodeScalarView(name.map(Unicode.Scalar.init)))
        var wide = zip64(extra)[...]
        func number(at place: Int) throws(DirDBError) -> Int {
            let short = bytes.littleEndian(at: offset + place, as: UInt32.self)
            if short != .max { return Int(short) }
            guard let long = wide.popFirst(), let number = Int(exactly: long) else {
                throw .damagedMember(name, path, "a size that ZIP64 should tell is missing or impossible")
            }
            return number
        }
        // The order of the ZIP64 record.
        let size = try number(at: 24)
        let compressedSize = try number(at: 20)
        return ZipMember(
            name: name, method: bytes.littleEndian(at: offset + 10, as: UInt16.self),
            flags: bytes.littleEndian(at: offset + 8, as: UInt16.self),
            checksum: bytes.littleEndian(at: offset + 16, as: UInt32.self),
            compressedSize: compressedSize, size: size, headerOffset: try number(at: 42))
    }

    /// The numbers of the ZIP64 record among the extra fields.
    private static func zip64(_ extra: ArraySlice<UInt8>) -> [UInt64] {
        var rest = Array(extra)[...]
        while rest.count >= 4 {
            let header = Array(rest.prefix(4))
            let size = Int(header.littleEndian(at: 2, as: UInt16.self))
            let content = Array(rest.dropFirst(4).prefix(size))
            if header.littleEndian(at: 0, as: UInt16.self) == 1 {
                return (0..<content.count / 8).map { content.littleEndian(at: 8 * $0, as: UInt64.self) }
            }
            rest = rest.dropFirst(4 + size)
        }
        return []
    }

    private static func markSharedNames(_ members: inout [ZipMember]) {
        let places = Dictionary(grouping: members.indices) { members[$0].name }
        for places in places.values where places.count > 1 {
            for place in places { members[place].sharesItsName = true }
        }
    }

    /// Each member ends where the next one in the file begins, so that members cannot share data: an archive that
    /// is larger than it looks would be made that way.
    private static func settleLimits(
        _ members: inout [ZipMember], end: Int, path: String
    ) throws(DirDBError) {
        let order = members.indices.sorted { members[$0].headerOffset > members[$1].headerOffset }
        var limit = end
        for index in order {
            let member = members[index]
            guard member.headerOffset <= limit - 30, member.compressedSize <= limit - 30 - member.headerOffset
            else {
                throw .damagedMember(member.name, path, "its data runs into what follows it in the file")
            }
            members[index].limit = limit
            limit = member.headerOffset
        }
    }
}
