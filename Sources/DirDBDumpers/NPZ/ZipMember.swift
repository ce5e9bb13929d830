import DirDB

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
    var limit = 0
    /// Whether another member has the same name, so that a name does not say which of them is meant.
    var sharesItsName = false

    var isDirectory: Bool { name.utf8.last == UInt8(ascii: "/") }
    var isStored: Bool { method == 0 }
    var isEncrypted: Bool { flags & 0x2041 != 0 }

    /// The name by which numpy knows it: that of the array, or of the file for a member that is none.
    var shortName: String { arrayName ?? name }

    /// The name of the array; nil for a member that is none.
    var arrayName: String? { name.utf8.count >= 4 && name.hasSuffix(".npy") ? String(name.dropLast(4)) : nil }
}

extension ZipMember {
    /// Finds the member's data by its local header.
    ///
    /// - Returns: Where the data starts in the file.
    /// - Throws: `.unsupportedFormat` for encryption; `.damagedData`.
    func dataOffset(path: String, _ source: ZipSource) throws(DirDBError) -> Int {
        if isEncrypted {
            throw .unsupportedMember(
                name, path, "it is encrypted", remedy: "write the archive without a password")
        }
        let header = try [UInt8](filling: 30) { (buffer) throws(DirDBError) in
            guard try source(Int64(headerOffset), buffer) == 30 else { throw .becameShorter(path) }
        }
        guard header.littleEndian(at: 0, as: UInt32.self) == 0x0403_4B50 else {
            throw .damagedMember(name, path, "there is no local header at byte \(headerOffset)")
        }
        let names = Int(header.littleEndian(at: 26, as: UInt16.self))
        let extras = Int(header.littleEndian(at: 28, as: UInt16.self))
        let dataOffset = headerOffset + 30 + names + extras
        guard dataOffset <= limit, compressedSize <= limit - dataOffset else {
            throw .damagedMember(name, path, "its data runs into what follows it in the file")
        }
        return dataOffset
    }

    /// Checks that the content can be read.
    /// - Throws: `.unsupportedFormat` when there are two of the name, and for methods other than stored and deflated;
    ///   `.damagedData` when the sizes are impossible.
    func requireReadable(path: String) throws(DirDBError) {
        if sharesItsName {
            throw .unsupportedMember(
                name, path, "there are two members of this name", remedy: "write them with different names")
        }
        guard method == 0 || method == 8 else {
            let title = Self.methods[method].map { " (\($0))" } ?? ""
            throw .unsupportedMember(
                name, path,
                "its compression method is \(method)\(title), and only stored (0) and deflated (8) are known",
                remedy: "write the archive with numpy")
        }
        let isPossible =
            isStored ? size == compressedSize : size / Inflater.highestRatio <= compressedSize
        guard isPossible else {
            throw .damagedMember(
                name, path, "\(compressedSize) bytes cannot be the compressed form of \(size) bytes")
        }
    }

    private static let methods: [UInt16: String] = [
        9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz",
    ]
}
