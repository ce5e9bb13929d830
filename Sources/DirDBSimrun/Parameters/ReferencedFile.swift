import DirDB
import DirDBDumpers

/// A file that is imported by its content: a parameter file, or one that a parameter file names.
///
/// Such a file may be anywhere, and symbolic links to it are followed, since shared files are often linked. It is read
/// in pieces, whatever its size.
struct ReferencedFile: ~Copyable {
    let path: String
    private let descriptor: FileDescriptor
    private static let pieceSize = 1 << 20

    /// - Throws: `.notFound` when there is no such file; `.notRegular` when it is a folder or device.
    init(_ path: String) throws(DirDBError) {
        // The C library would take the path to end at a NUL.
        guard !path.utf8.contains(0), let real = try Self.realPath(path) else { throw .vanished(path) }
        let (folder, name) = real.splitAtLastSlash()
        let directory = try Directory(path: folder)
        guard let descriptor = try directory.open(name) else { throw .vanished(path) }
        guard try descriptor.status(path: path).kind == .regular else { throw .noRegularFile(path) }
        self.path = path
        self.descriptor = descriptor
    }

    /// Whether there is something at a path.
    static func exists(_ path: String) throws(DirDBError) -> Bool {
        if path.utf8.contains(0) { return false }
        return try realPath(path) != nil
    }

    private static func realPath(_ path: String) throws(DirDBError) -> String? {
        do { return try System.realPath(path) } catch { throw .system(error, "open", path) }
    }

    /// The first bytes, at most as many as asked for.
    func start(_ count: Int) throws(DirDBError) -> [UInt8] {
        try descriptor.readBytes(at: 0, count: count, path: path)
    }

    /// The whole content, for files that are parsed.
    func readAll() throws(DirDBError) -> [UInt8] {
        try descriptor.readAll(path: path)
    }

    /// Hands over the content in order, from an offset on, in pieces of at most 1 MiB.
    func forEachPiece(
        from start: Int64 = 0, _ body: (UnsafeRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        var offset = start
        while true {
            let count = try descriptor.read(at: offset, into: buffer, path: path)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }

    /// The MD5 of the content.
    func digest() throws(DirDBError) -> String {
        try content().digest
    }

    /// The MD5 and the size of the content.
    func content() throws(DirDBError) -> ParameterFiles.FileContent {
        var digest = MD5()
        var byteCount: Int64 = 0
        try forEachPiece { (piece) throws(DirDBError) in
            digest.update(piece)
            byteCount += Int64(piece.count)
        }
        return ParameterFiles.FileContent(path: path, digest: digest.finish(), byteCount: byteCount)
    }
}
