/// The built-in format: bytes in, bytes out, under any extension.
public struct RawBytes: Dumper {
    /// The extension that opaque data gets when none is named.
    public static let defaultExtension = "bin"

    /// The file extension without the dot; "" for none.
    public let fileExtension: String

    /// Creates a dumper for opaque files of the given extension.
    public init(_ fileExtension: String = Self.defaultExtension) {
        self.fileExtension = fileExtension
    }

    /// Writes the bytes as they are.
    /// - Throws: ``DirDBError`` when writing fails.
    public func dump(_ value: [UInt8], to sink: inout DataSink) throws {
        try sink.write(value)
    }

    /// Reads the whole file.
    /// - Throws: ``DirDBError`` when reading fails.
    public func load(_ file: borrowing DataFile) throws -> [UInt8] {
        try file.readBytes()
    }

    /// Opaque data has neither type nor shape.
    public func inspect(_ file: borrowing DataFile) -> FormatInfo {
        FormatInfo()
    }
}

extension [UInt8]: Storable {
    /// Bytes are stored as they are, with the extension `bin`.
    public static var defaultDumper: RawBytes { RawBytes() }
}
