extension Annotation {
    /// Reads a `LogicalType`, a union of structs most of which are empty.
    static func read(_ reader: inout ThriftReader) throws(ParquetFailure) -> Annotation? {
        var annotation: Annotation?
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID) {
            if field.type == ThriftReader.WireType.structure {
                annotation = try Content(&reader).annotation(field.id)
            } else {
                try reader.skip(field)
            }
        }
        return annotation
    }

    /// The fields of any member of the union: the first two are all there are.
    private struct Content {
        var numbers: [Int64] = [0, 0]
        var flags: [Bool] = [false, false]
        var unit: Unit?

        init(_ reader: inout ThriftReader) throws(ParquetFailure) {
            var lastID: Int16 = 0
            while let field = try reader.nextField(&lastID) {
                let place = Int(field.id) - 1
                switch field.type {
                case ThriftReader.WireType.isTrue, ThriftReader.WireType.isFalse:
                    if flags.indices.contains(place) { flags[place] = reader.bool(field) }
                case ThriftReader.WireType.byte, ThriftReader.WireType.int32:
                    let number = try reader.int64(field)
                    if numbers.indices.contains(place) { numbers[place] = number }
                case ThriftReader.WireType.structure where field.id == 2: unit = try Self.unit(&reader)
                default: try reader.skip(field)
                }
            }
        }

        private static func unit(_ reader: inout ThriftReader) throws(ParquetFailure) -> Unit? {
            var unit: Unit?
            var lastID: Int16 = 0
            while let field = try reader.nextField(&lastID) {
                switch field.id {
                case 1: unit = .milliseconds
                case 2: unit = .microseconds
                case 3: unit = .nanoseconds
                default: unit = nil
                }
                try reader.skip(field)
            }
            return unit
        }

        func annotation(_ id: Int16) -> Annotation {
            switch id {
            case 1: .string
            case 2: .map
            case 3: .list
            case 4: .enumeration
            case 5:
                .decimal(
                    precision: Int32(truncatingIfNeeded: numbers[1]),
                    scale: Int32(truncatingIfNeeded: numbers[0]))
            case 6: .date
            case 7: unit.map { .time($0, isUTC: flags[0]) } ?? .other("time")
            case 8: unit.map { .timestamp($0, isUTC: flags[0]) } ?? .other("timestamp")
            case 10: .integer(bits: Int8(truncatingIfNeeded: numbers[0]), isSigned: flags[1])
            case 11: .null
            case 12: .json
            case 13: .bson
            case 14: .uuid
            case 15: .float16
            case 16: .other("variant")
            case 17: .other("geometry")
            case 18: .other("geography")
            default: .other("logical type \(id)")
            }
        }
    }

    /// The meaning of a `ConvertedType`, which came before the `LogicalType`.
    init?(convertedType: Int32, precision: Int32, scale: Int32) {
        switch convertedType {
        case 0: self = .string
        case 1, 2: self = .map
        case 3: self = .list
        case 4: self = .enumeration
        case 5: self = .decimal(precision: precision, scale: scale)
        case 6: self = .date
        case 7: self = .time(.milliseconds, isUTC: true)
        case 8: self = .time(.microseconds, isUTC: true)
        case 9: self = .timestamp(.milliseconds, isUTC: true)
        case 10: self = .timestamp(.microseconds, isUTC: true)
        case 11...14: self = .integer(bits: 8 << Int8(convertedType - 11), isSigned: false)
        case 15...18: self = .integer(bits: 8 << Int8(convertedType - 15), isSigned: true)
        case 19: self = .json
        case 20: self = .bson
        case 21: self = .interval
        default: return nil
        }
    }

    /// The older `ConvertedType` of the same meaning, for readers that know no other.
    private var convertedType: Int32? {
        switch self {
        case .string: 0
        case .enumeration: 4
        case .date: 6
        case .time(.milliseconds, true): 7
        case .time(.microseconds, true): 8
        case .timestamp(.milliseconds, true): 9
        case .timestamp(.microseconds, true): 10
        case .integer(let bits, let isSigned): Int32(bits.trailingZeroBitCount) - 3 + (isSigned ? 15 : 11)
        case .json: 19
        case .bson: 20
        case .interval: 21
        case .list: 3
        case .decimal: 5
        default: nil
        }
    }

    /// Writes both types as fields of a `SchemaElement`.
    func write(to writer: inout ThriftWriter) {
        if let convertedType { writer.write(6, convertedType) }
        if case .decimal(let precision, let scale) = self {
            writer.write(7, scale)
            writer.write(8, precision)
        }
        // It has the older type alone.
        if self == .interval { return }
        writer.beginStruct(10)
        switch self {
        case .string: Self.writeEmpty(1, to: &writer)
        case .list: Self.writeEmpty(3, to: &writer)
        case .enumeration: Self.writeEmpty(4, to: &writer)
        case .decimal(let precision, let scale):
            writer.beginStruct(5)
            writer.write(1, scale)
            writer.write(2, precision)
            writer.endStruct()
        case .date: Self.writeEmpty(6, to: &writer)
        case .time(let unit, let isUTC): Self.write(7, unit, isUTC, to: &writer)
        case .timestamp(let unit, let isUTC): Self.write(8, unit, isUTC, to: &writer)
        case .integer(let bits, let isSigned):
            writer.beginStruct(10)
            writer.write(1, byte: bits)
            writer.write(2, isSigned)
            writer.endStruct()
        case .null: Self.writeEmpty(11, to: &writer)
        case .json: Self.writeEmpty(12, to: &writer)
        case .bson: Self.writeEmpty(13, to: &writer)
        case .uuid: Self.writeEmpty(14, to: &writer)
        // Only what `init(name:for:length:)` makes is written.
        case .float16, .interval, .map, .other: break
        }
        writer.endStruct()
    }

    private static func writeEmpty(_ id: Int16, to writer: inout ThriftWriter) {
        writer.beginStruct(id)
        writer.endStruct()
    }

    private static func write(_ id: Int16, _ unit: Unit, _ isUTC: Bool, to writer: inout ThriftWriter) {
        writer.beginStruct(id)
        writer.write(1, isUTC)
        writer.beginStruct(2)
        switch unit {
        case .milliseconds: writeEmpty(1, to: &writer)
        case .microseconds: writeEmpty(2, to: &writer)
        case .nanoseconds: writeEmpty(3, to: &writer)
        }
        writer.endStruct()
        writer.endStruct()
    }
}
