/// A member of a zip file as the central directory tells it, checked: its data lies in the file, apart from all
/// others.
struct ZipMember: Sendable {
    let name: String
    let method: UInt16
    let flags: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    /// Where its local header starts.
    let headerOffset: Int
    /// Where its data must end at the latest.
    var limit: Int

    var isDirectory: Bool { name.utf8.last == UInt8(ascii: "/") }
    var isStored: Bool { method == 0 }

    /// The name of the array; nil for a member that is none.
    var arrayName: String? { name.utf8.count >= 4 && name.hasSuffix(".npy") ? String(name.dropLast(4)) : nil }
}
