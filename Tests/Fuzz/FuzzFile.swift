import Glibc

@testable import DirDB

/// A file of the given content, one and the same for all inputs, without a name.
struct FuzzFile {
    static let path = "fuzz.file"
    private static let descriptor: Int32 = {
        var name = Array("/tmp/dirdb-fuzz-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        require(descriptor >= 0 && unlink(name) == 0, "no temporary file: errno \(errno)")
        return descriptor
    }()

    let size: Int
    private let format: String

    init(_ bytes: [UInt8], format: String) {
        size = bytes.count
        self.format = format
        let written = pwrite(Self.descriptor, bytes, bytes.count, 0)
        require(written == size && ftruncate(Self.descriptor, size) == 0, "not written: errno \(errno)")
    }

    /// The same file, to be written from its start.
    func writing() throws -> FileDescriptor {
        require(lseek(Self.descriptor, 0, SEEK_SET) == 0, "not at the start: errno \(errno)")
        return FileDescriptor(dup(Self.descriptor))
    }

    func open() throws -> DataFile {
        try DataFile(FileDescriptor(dup(Self.descriptor)), path: Self.path, format: format)
    }
}

/// Requires that an error is one of ours, of one of these kinds, and names the file.
func requireRefusal(_ error: any Error, _ codes: [DirDBError.Code]) {
    guard let error = error as? DirDBError else { fatalError("\(error)") }
    require(codes.contains(error.code) && error.message.contains(FuzzFile.path), "\(error)")
}
