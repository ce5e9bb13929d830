public import DirDB

// A type that names a format of its own takes precedence: arrays, bytes, tables.

extension Entry {
    /// Stores a value of any `Encodable` type as a msgpack file, see ``MessagePackDumper``.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: `.invalidArgument` when the value has no such form; what its `encode(to:)` throws; ``DirDBError``.
    ///   The entry then stays as it was.
    @_disfavoredOverload
    public func put<Value: Encodable>(
        _ value: Value, meta: JSON? = nil, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        let path = path
        try put(format: MessagePackFile.format, meta: meta, timeout: timeout, durability: durability) {
            sink in
            try MessagePackFile.write(value, to: &sink, path: path)
        }
    }

    /// Reads a value of any `Decodable` type from a msgpack file.
    ///
    /// - Parameter type: The type.
    /// - Returns: The value.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format or does not fit the type;
    ///   `.damagedData`.
    @_disfavoredOverload
    public func get<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try get(as: MessagePackLoader<Value>())
    }
}

extension LockedEntry {
    /// Stages a value of any `Encodable` type as a msgpack file, see ``MessagePackDumper``.
    /// - Throws: `.invalidArgument` when the value has no such form; `.readOnly` under a shared lock; what its
    ///   `encode(to:)` throws; ``DirDBError``.
    @_disfavoredOverload
    public mutating func put<Value: Encodable>(_ value: Value) throws {
        let path = entry.path
        try put(format: MessagePackFile.format) { sink in
            try MessagePackFile.write(value, to: &sink, path: path)
        }
    }

    /// Reads a value of any `Decodable` type from a msgpack file, the staged one if there is some.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format or does not fit the type;
    ///   `.damagedData`.
    @_disfavoredOverload
    public func get<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try get(as: MessagePackLoader<Value>())
    }
}

/// Reads values of types that need not be written, so that `get` looks for the file and checks its format as it
/// always does.
private struct MessagePackLoader<Value: Decodable>: Dumper {
    var fileExtension: String { MessagePackFile.format }

    func dump(_ value: Value, to sink: inout DataSink) throws {
        throw DirDBError(
            .invalidArgument, path: "", "a value of the type \(Value.self) is only read",
            remedy: "store it by put")
    }

    func load(_ file: borrowing DataFile) throws -> Value {
        try MessagePackFile.read(Value.self, file, .mapped)
    }

    func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try MessagePackFile.inspect(file)
    }
}
