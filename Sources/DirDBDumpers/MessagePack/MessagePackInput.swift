import DirDB

/// The bytes of a file that is being decoded, checked to be one whole value.
///
/// A class, so that a decoder that somebody keeps does not outlive them.
final class MessagePackInput {
    private enum Storage {
        case mapped(MappedFile)
        case owned(UnsafeMutableRawBufferPointer)
    }

    let bytes: UnsafeRawBufferPointer
    /// Types of values that are decoded by containers.
    var containerTypes = KnownTypes()
    private let storage: Storage

    /// Maps or reads a file.
    init(_ file: borrowing DataFile, _ access: ArrayAccess) throws(DirDBError) {
        switch access {
        case .mapped:
            let mapped = try file.map()
            bytes = mapped.withUnsafeBytes { $0 }
            storage = .mapped(mapped)
        case .owned:
            guard let size = Int(exactly: file.size) else { throw .becameShorter(file.path) }
            let buffer = try UnsafeMutableRawBufferPointer.scratch(size)
            bytes = UnsafeRawBufferPointer(buffer)
            storage = .owned(buffer)
            guard try file.read(at: 0, into: buffer) == size else { throw .becameShorter(file.path) }
        }
    }

    /// Copies bytes.
    init(_ content: UnsafeRawBufferPointer) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 16)
        buffer.copyMemory(from: content)
        bytes = UnsafeRawBufferPointer(buffer)
        storage = .owned(buffer)
    }

    deinit {
        if case .owned(let buffer) = storage { buffer.deallocate() }
    }

    /// Checks that the bytes are one value, whole, and nothing else; decoders rely on it.
    func validate() throws(CodingFailure) {
        var cursor = MessagePackCursor(bytes)
        try cursor.skip()
        guard cursor.position == bytes.count else {
            throw cursor.failure("\(bytes.count - cursor.position) bytes behind the value")
        }
    }

    func cursor(at position: Int) -> MessagePackCursor { MessagePackCursor(bytes, at: position) }
}
