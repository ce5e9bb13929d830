/// The fields of a Thrift struct, each with its value as it was encoded: what is not understood is written again as it
/// was read.
struct ThriftFields {
    private var fields: [(id: Int16, type: UInt8, value: ArraySlice<UInt8>)] = []

    /// Splits the bytes of one struct; no value is copied.
    init(_ bytes: ArraySlice<UInt8>) throws(ParquetFailure) {
        fields = try Self.read(bytes) { (reader) throws(ParquetFailure) in
            var fields: [(id: Int16, type: UInt8, value: ArraySlice<UInt8>)] = []
            var lastID: Int16 = 0
            while let field = try reader.nextField(&lastID) {
                fields.append((field.id, field.type, try Self.skip(field, &reader, bytes)))
            }
            return fields
        }
    }

    /// The encoded elements of a field that is a list of structs; none when there is no such field.
    func structs(_ id: Int16) throws(ParquetFailure) -> [ArraySlice<UInt8>] {
        guard let field = fields.last(where: { $0.id == id && $0.type == ThriftReader.WireType.list }) else {
            return []
        }
        return try Self.read(field.value) { (reader) throws(ParquetFailure) in
            let element = ThriftReader.Field(id: 0, type: ThriftReader.WireType.structure)
            var elements: [ArraySlice<UInt8>] = []
            for _ in 0..<(try reader.structCount()) {
                elements.append(try Self.skip(element, &reader, field.value))
            }
            return elements
        }
    }

    /// The fields of a field that is a struct; nil when there is no such field.
    func members(_ id: Int16) throws(ParquetFailure) -> ThriftFields? {
        guard let field = fields.last(where: { $0.id == id && $0.type == ThriftReader.WireType.structure })
        else {
            return nil
        }
        return try ThriftFields(field.value)
    }

    /// The bytes of a field that is a text; nil when there is no such field.
    func text(_ id: Int16) throws(ParquetFailure) -> [UInt8]? {
        guard let field = fields.last(where: { $0.id == id && $0.type == ThriftReader.WireType.binary })
        else {
            return nil
        }
        return try Self.read(field.value) { (reader) throws(ParquetFailure) in Array(try reader.binary()) }
    }

    func has(_ id: Int16) -> Bool { fields.contains { $0.id == id } }

    // MARK: Changes

    /// Sets a field of the type to what `encode` writes.
    mutating func set(_ id: Int16, _ type: UInt8, _ encode: (inout ThriftWriter) -> Void) {
        var writer = ThriftWriter()
        encode(&writer)
        let place = fields.firstIndex { $0.id >= id } ?? fields.count
        fields.removeAll { $0.id == id }
        fields.insert((id, type, writer.bytes[...]), at: place)
    }

    mutating func set(_ id: Int16, _ value: Int) {
        set(id, ThriftReader.WireType.int64) { $0.element(Int64(value)) }
    }

    mutating func set(_ id: Int16, _ value: Int32) {
        set(id, ThriftReader.WireType.int32) { $0.element(value) }
    }

    mutating func set(_ id: Int16, _ value: String) {
        set(id, ThriftReader.WireType.binary) { $0.element(Array(value.utf8)) }
    }

    mutating func set(_ id: Int16, _ members: ThriftFields) {
        set(id, ThriftReader.WireType.structure) { $0.element(encoded: members.bytes) }
    }

    mutating func set(_ id: Int16, structs elements: [ArraySlice<UInt8>]) {
        set(id, ThriftReader.WireType.list) { writer in
            writer.beginElements(of: ThriftReader.WireType.structure, count: elements.count)
            for element in elements { writer.element(encoded: element) }
        }
    }

    mutating func remove(_ ids: Int16...) {
        fields.removeAll { ids.contains($0.id) }
    }

    /// The encoded struct.
    var bytes: ArraySlice<UInt8> {
        var writer = ThriftWriter()
        for field in fields { writer.write(field.id, field.type, encoded: field.value) }
        return writer.finish()[...]
    }

    // MARK: Pieces

    private static func skip(
        _ field: ThriftReader.Field, _ reader: inout ThriftReader, _ bytes: ArraySlice<UInt8>
    ) throws(ParquetFailure) -> ArraySlice<UInt8> {
        let start = bytes.startIndex + reader.position
        try reader.skip(field)
        return bytes[start..<bytes.startIndex + reader.position]
    }

    private static func read<Value>(
        _ bytes: ArraySlice<UInt8>, _ body: (inout ThriftReader) throws(ParquetFailure) -> Value
    ) throws(ParquetFailure) -> Value {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(ParquetFailure) -> Value in
                var reader = ThriftReader(bytes)
                return try body(&reader)
            }
        }.get()
    }
}
