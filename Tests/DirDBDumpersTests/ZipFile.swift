import DirDBDumpers

/// A zip file put together by hand.
struct ZipFile {
    struct Member {
        var name: String
        /// What stands in the file.
        var data: [UInt8]
        /// What comes out.
        var content: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var size: UInt32?
        var checksum: UInt32?
        var headerOffset: UInt32?
        /// Sizes and checksum stand behind the data and not in the local header.
        var hasDescriptor = false

        init(_ name: String, _ content: [UInt8], method: UInt16 = 0, data: [UInt8]? = nil) {
            self.name = name
            self.content = content
            self.data = data ?? content
            self.method = method
        }

        func changed(_ change: (inout Member) -> Void) -> Member {
            var member = self
            change(&member)
            return member
        }
    }

    var members: [Member]
    var comment: [UInt8] = []
    var count: UInt16?
    var directorySize: UInt32?
    var disk: UInt16 = 0

    init(_ members: [Member]) {
        self.members = members
    }

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let checksum = littleEndian(member.checksum ?? Self.crc32(member.content))
            let sizes =
                littleEndian(UInt32(member.data.count))
                + littleEndian(member.size ?? UInt32(member.content.count))
            let flags = littleEndian(member.flags | (member.hasDescriptor ? 8 : 0))
            let name = Array(member.name.utf8)
            let common = flags + littleEndian(member.method) + littleEndian(0x0021_0000 as UInt32)
            let offset = member.headerOffset ?? UInt32(file.count)
            file += littleEndian(0x0403_4B50 as UInt32) + [20, 0] + common
            file += member.hasDescriptor ? [UInt8](repeating: 0, count: 12) : checksum + sizes
            file += littleEndian(UInt16(name.count)) + [0, 0] + name + member.data
            if member.hasDescriptor { file += littleEndian(0x0807_4B50 as UInt32) + checksum + sizes }
            directory += littleEndian(0x0201_4B50 as UInt32) + [20, 3, 20, 0] + common + checksum + sizes
            directory += littleEndian(UInt16(name.count)) + [UInt8](repeating: 0, count: 12)
            directory += littleEndian(offset) + name
        }
        let count = littleEndian(self.count ?? UInt16(members.count))
        let end =
            littleEndian(0x0605_4B50 as UInt32) + littleEndian(disk) + littleEndian(disk) + count + count
            + littleEndian(directorySize ?? UInt32(directory.count)) + littleEndian(UInt32(file.count))
        return file + directory + end + littleEndian(UInt16(comment.count)) + comment
    }

    /// Bit by bit, and so not the way of the code that is tested.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
        return ~value
    }

    /// A deflate stream of stored blocks.
    static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        [1] + littleEndian(UInt16(bytes.count)) + littleEndian(~UInt16(bytes.count)) + bytes
    }
}

func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
}
