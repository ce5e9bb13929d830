/// What Arrow keeps in the footer under the key `ARROW:schema`: an IPC message with its own schema, in Base64.
///
/// Readers take from it the types that Parquet does not have (durations, categories, zones, large strings), and the
/// metadata of fields. Of these, durations, zones and fixed sizes of lists are read here, and the schema is written for
/// them.
///
/// The format: Schema.fbs and Message.fbs of Apache Arrow.
enum ArrowSchema {
    static let key = "ARROW:schema"

    /// The numbers of types in the union `Type`.
    enum Kind {
        static let (null, int, real, binary, text, bool, decimal, date) = (1, 2, 3, 4, 5, 6, 7, 8)
        static let (time, timestamp, list, fixedSizeBinary, fixedSizeList) = (9, 10, 12, 15, 16)
        static let (duration, largeList) = (18, 21)
    }

    private typealias Copy = FlatBufferCopy.Reference.Copy

    /// The schema of a part of the columns.
    ///
    /// - Parameters:
    ///   - text: The schema of the whole.
    ///   - columns: The numbers of the columns that the part has, in order.
    ///   - count: The number of columns of the whole.
    ///   - pandas: What pandas' metadata among that of the schema becomes; nil to keep it.
    /// - Returns: The schema; nil when it makes no sense, does not describe `count` columns, or has a type that is not
    ///   known here.
    static func part(of text: [UInt8], columns: [Int], of count: Int, pandas: String?) -> String? {
        guard let message = Base64.decode(text), let start = start(of: message) else { return nil }
        var copy = FlatBufferCopy(Array(message[start...]))
        do throws(FlatBufferCopy.Malformed) {
            try copy.root { (copy, message) throws(FlatBufferCopy.Malformed) in
                guard let kind = try copy.field(1, of: message), try copy.number(1, at: kind) == 1 else {
                    throw FlatBufferCopy.Malformed()
                }
                return try copy.table(
                    message,
                    [
                        nil, nil, .table(schema(columns, of: count, pandas: pandas)), nil,
                        .tables(keyValue(nil)),
                    ])
            }
        } catch {
            return nil
        }
        return Self.text(of: copy.output)
    }

    /// The text of a message, which its length precedes.
    static func text(of message: [UInt8]) -> String {
        let size = UInt32(truncatingIfNeeded: message.count)
        let head: [UInt8] =
            [0xFF, 0xFF, 0xFF, 0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        return Base64.encode(head + message)
    }

    /// What a schema says of a column, and Parquet cannot.
    struct Refinement {
        /// The number of the column.
        let column: Int
        /// A duration, or a timestamp with a zone, of the values or the items of lists.
        let time: TimeType?
        /// The number of items of each list, where all have as many.
        let width: Int?
    }

    /// The durations, the timestamps with a zone and the lists of a fixed size among the columns.
    ///
    /// - Parameters:
    ///   - text: The schema.
    ///   - names: The names of all columns.
    /// - Returns: Nothing when the schema makes no sense, or is not of these columns.
    /// - Complexity: O(n) in the size of the schema.
    static func refinements(in text: String, of names: [String]) -> [Refinement] {
        guard let message = Base64.decode(Array(text.utf8)), let start = start(of: message) else { return [] }
        let buffer = FlatBufferCopy(Array(message[start...]))
        var found: [Refinement] = []
        do throws(FlatBufferCopy.Malformed) {
            guard let header = try buffer.field(2, of: buffer.target(at: 0)),
                let slot = try buffer.field(1, of: buffer.target(at: header))
            else { return [] }
            let fields = try buffer.elements(at: buffer.target(at: slot))
            guard fields.count == names.count else { return [] }
            for (column, field) in fields.enumerated() {
                guard let name = try buffer.field(0, of: field),
                    try buffer.string(at: buffer.target(at: name)).elementsEqual(names[column].utf8)
                else { return [] }
                found.append(
                    Refinement(
                        column: column, time: try time(buffer, field, isItem: false),
                        width: try width(buffer, field)))
            }
        } catch {
            return []
        }
        return found
    }

    private static func time(
        _ buffer: FlatBufferCopy, _ field: Int, isItem: Bool
    ) throws(FlatBufferCopy.Malformed) -> TimeType? {
        guard let kind = try buffer.field(2, of: field), let slot = try buffer.field(3, of: field) else {
            return nil
        }
        let type = try buffer.target(at: slot)
        let units: [TimeType.Unit] = [.seconds, .milliseconds, .microseconds, .nanoseconds]
        switch try buffer.number(1, at: kind) {
        case Kind.timestamp:
            guard let slot = try buffer.field(1, of: type) else { return nil }
            let zone = try buffer.string(at: buffer.target(at: slot))
            // A name of the time zone database, or an offset; it becomes part of the type's name.
            let isName =
                !zone.isEmpty && zone.count <= 64
                && zone.allSatisfy { $0 > 0x20 && $0 < 0x5B || isLetter($0) }
            // The unit is that of Parquet.
            return isName ? .timestamp(.seconds, zone: String(decoding: zone, as: UTF8.self)) : nil
        case Kind.duration:
            guard let slot = try buffer.field(0, of: type) else { return .duration(.milliseconds) }
            let unit = try buffer.number(2, at: slot)
            return unit < units.count ? .duration(units[unit]) : nil
        case Kind.list, Kind.fixedSizeList, Kind.largeList:
            guard !isItem, let slot = try buffer.field(5, of: field) else { return nil }
            let items = try buffer.elements(at: buffer.target(at: slot))
            return items.count == 1 ? try time(buffer, items[0], isItem: true) : nil
        default: return nil
        }
    }

    /// The size of a fixed size list.
    private static func width(_ buffer: FlatBufferCopy, _ field: Int) throws(FlatBufferCopy.Malformed) -> Int?
    {
        guard let kind = try buffer.field(2, of: field), try buffer.number(1, at: kind) == Kind.fixedSizeList,
            let slot = try buffer.field(3, of: field),
            let size = try buffer.field(0, of: buffer.target(at: slot))
        else { return nil }
        let width = try buffer.number(4, at: size)
        return width > 0 && width <= Int(Int32.max) ? width : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// Where the FlatBuffer begins: after its length, before which there is a mark since Arrow 0.15.
    private static func start(of message: [UInt8]) -> Int? {
        let start = message.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) ? 8 : 4
        return message.count >= start + 8 ? start : nil
    }

    private static func schema(_ columns: [Int], of count: Int, pandas: String?) -> Copy {
        { (copy, schema) throws(FlatBufferCopy.Malformed) in
            guard let slot = try copy.field(1, of: schema) else { throw FlatBufferCopy.Malformed() }
            let fields = try copy.elements(at: copy.target(at: slot))
            guard fields.count == count else { throw FlatBufferCopy.Malformed() }
            let chosen: Copy = { (copy, _) throws(FlatBufferCopy.Malformed) in
                try copy.vector(columns.map { fields[$0] }, field)
            }
            return try copy.table(schema, [nil, .table(chosen), .tables(keyValue(pandas)), .numbers(8)])
        }
    }

    private static func field(_ copy: inout FlatBufferCopy, _ field: Int) throws(FlatBufferCopy.Malformed)
        -> Int
    {
        let kind = try copy.field(2, of: field)
        let kindNumber = if let kind { try copy.number(1, at: kind) } else { 0 }
        return try copy.table(
            field,
            [
                .string, nil, nil, .table(try type(kindNumber)), .table(dictionary), .tables(Self.field),
                .tables(keyValue(nil)),
            ])
    }

    /// How the tables of the union `Type` are copied.
    private static func type(_ number: Int) throws(FlatBufferCopy.Malformed) -> Copy {
        let references: [FlatBufferCopy.Reference?]
        switch number {
        // Timestamp has a zone, Union the numbers of its types.
        case 10: references = [nil, .string]
        case 14: references = [nil, .numbers(4)]
        case 0...26: references = [nil, nil, nil]
        default: throw FlatBufferCopy.Malformed()
        }
        return { (copy, table) throws(FlatBufferCopy.Malformed) in try copy.table(table, references) }
    }

    /// `DictionaryEncoding`, whose indices have the type `Int`.
    private static func dictionary(
        _ copy: inout FlatBufferCopy, _ table: Int
    ) throws(FlatBufferCopy.Malformed) -> Int {
        try copy.table(table, [nil, .table(try type(2)), nil, nil])
    }

    /// `KeyValue`; a text takes the place of pandas' metadata.
    private static func keyValue(_ pandas: String?) -> Copy {
        { (copy, table) throws(FlatBufferCopy.Malformed) in
            var value = FlatBufferCopy.Reference.string
            if let pandas, let slot = try copy.field(0, of: table),
                try copy.string(at: copy.target(at: slot)).elementsEqual(PandasMetadata.key.utf8)
            {
                value = .replaced(Array(pandas.utf8))
            }
            return try copy.table(table, [.string, value])
        }
    }
}
