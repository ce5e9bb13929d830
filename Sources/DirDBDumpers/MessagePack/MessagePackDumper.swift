public import DirDB

/// Values of any `Codable` type as msgpack files; the format for what is neither an array nor a table.
///
/// Integers, floats, strings, lists and maps are what Python's `msgpack` writes and reads; each is in its shortest
/// form. `[UInt8]` is a binary. ``Timestamp`` is the extension -1. An array of other numbers, `[Double]`, `[Int32]`,
/// or an ``NDArray``, wherever it is in the value, is one extension of the type ``MessagePack/numericArrayType`` with
/// the elements as they lie in memory; lists that others wrote number by number are read as such arrays too.
/// Dictionaries with keys of the type `Int` have integers as keys.
///
/// The format: the specification of MessagePack.
public struct MessagePackDumper<Value: Codable>: Dumper {
    private let access: ArrayAccess

    /// Creates a dumper.
    ///
    /// - Parameter access: Whether files are mapped while they are decoded, or read into memory; what
    ///   ``ArrayAccess/mapped`` says of programs that write in place holds during that time.
    public init(access: ArrayAccess = .mapped) {
        self.access = access
    }

    /// `msgpack`.
    public var fileExtension: String { "msgpack" }

    /// Writes a value; large arrays straight from where they lie.
    ///
    /// - Throws: `.invalidArgument` when the value has no such form: nested deeper than 500, an integer beyond 64 bits,
    ///   4 GiB in one part; what the value's `encode(to:)` throws; ``DirDBError`` when writing fails.
    public func dump(_ value: Value, to sink: inout DataSink) throws {
        try MessagePackFile.write(value, to: &sink, path: "")
    }

    /// Reads a value.
    ///
    /// - Throws: `.damagedData` when the file is not one whole value; `.formatMismatch` when it does not fit the type;
    ///   what the value's `init(from:)` throws.
    public func load(_ file: borrowing DataFile) throws -> Value {
        try MessagePackFile.read(Value.self, file, access)
    }

    /// Tells kind, and the number of elements or the shape, from the first bytes, and whether the value is whole.
    ///
    /// Of a value that holds over 100,000 others the rest is not looked at.
    /// The kind is `map`, `array`, `string`, `int` and so on; of an array of numbers the dtype as numpy prints it.
    /// - Throws: `.damagedData` when there is no value or it ends too early.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try MessagePackFile.inspect(file)
    }
}

/// A msgpack file, whatever the type of its value.
enum MessagePackFile {
    static let format = "msgpack"

    static func write(_ value: some Encodable, to sink: inout DataSink, path: String) throws {
        let output = MessagePackOutput()
        do { try output.encode(value, depth: 0, .top) } catch let error as EncodingError {
            throw DirDBError.unencodable(error, path)
        }
        try output.forEachPiece { (piece) throws(DirDBError) in try sink.write(piece) }
    }

    static func read<Value: Decodable>(
        _ type: Value.Type, _ file: borrowing DataFile, _ access: ArrayAccess
    ) throws -> Value {
        let input = try MessagePackInput(file, access)
        do throws(CodingFailure) { try input.validate() } catch {
            throw DirDBError.damagedData(file.path, "it has \(error.cause)")
        }
        do { return try input.decode(type, at: 0, .top) } catch let error as DecodingError {
            throw DirDBError.undecodable(error, type, file.path)
        }
    }

    private static let inspectedValues = 100_000

    static func inspect(_ file: borrowing DataFile) throws(DirDBError) -> FormatInfo {
        let mapped = try file.map()
        let path = file.path
        return try mapped.withUnsafeBytes { (bytes) throws(DirDBError) in
            do throws(CodingFailure) {
                var cursor = MessagePackCursor(bytes)
                var info = try info(try cursor.next(), bytes[cursor.position...])
                var whole = MessagePackCursor(bytes)
                if try whole.skip(limit: inspectedValues), whole.position < bytes.count {
                    info.problem = .trailingBytes(Int64(bytes.count - whole.position), path)
                }
                return info
            } catch {
                throw .damagedData(path, "it has \(error.cause)")
            }
        }
    }

    private static func info(
        _ header: MessagePackHeader, _ rest: Slice<UnsafeRawBufferPointer>
    ) throws(CodingFailure) -> FormatInfo {
        switch header {
        case .array(let count), .map(let count): return FormatInfo(dtype: header.kind, rows: count)
        case .ext(MessagePack.numericArrayType, let size):
            let content = UnsafeRawBufferPointer(rebasing: rest.prefix(size))
            let blob = try NumericArrayBlob(content, size: size)
            return FormatInfo(
                dtype: blob.dtype.name, shape: blob.shape, rows: blob.shape.first,
                columns: blob.shape.count > 1 ? blob.shape[1] : nil)
        default: return FormatInfo(dtype: header.kind)
        }
    }
}
