import DirDB
import DirDBDumpers
import TestSupport

/// Tables for the tests of Parquet.
enum ParquetTables {
    /// Columns of every type, without missing values and with some, in runs and scattered.
    static func everyType(_ count: Int, seed: UInt64 = 1) throws -> Table {
        var random = SplitMix64(state: seed)
        let words = (0..<count).map { _ in random.next() }
        let scattered = words.map { $0 >> 20 & 3 != 0 }
        let runs = (0..<count).map { $0 / 100 % 3 != 1 }
        let doubles = words.map { word in
            word % 17 == 0 ? [Double.nan, .infinity, -0.0, 0][Int(word >> 8 & 3)] : Double(bitPattern: word)
        }
        var columns: [Column] = []
        for (name, validity) in [("full", nil), ("scattered", scattered), ("runs", runs)] {
            func add(_ type: String, _ values: Column.Values, _ logicalType: String? = nil) throws {
                columns.append(
                    try Column("\(type)-\(name)", values, validity: validity, logicalType: logicalType))
            }
            try add("bool", .bool(words.map { $0 & 1 == 1 }))
            try add("int32", .int32(words.map { Int32(truncatingIfNeeded: $0) }))
            try add("int64", .int64(words.map { Int64(bitPattern: $0) }))
            try add("float", .float(words.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
            try add("double", .double(doubles))
            try add(
                "few", .string(StringColumn(words.map { ["", "a", "Größe", "神経", "L5tt"][Int($0 % 5)] })))
            try add("many", .string(StringColumn(words.enumerated().map { "\($0.offset)-\($0.element)" })))
            try add("uint8", .int32(words.map { Int32($0 & 0xFF) }), "uint8")
            try add("int16", .int32(words.map { Int32(Int16(truncatingIfNeeded: $0)) }), "int16")
            try add("uint32", .int64(words.map { Int64($0 & 0xFFFF_FFFF) }), "uint32")
            try add("uint64", .int64(words.map { Int64(bitPattern: $0) }), "uint64")
            try add("time", .int64(words.map { Int64($0 >> 30) }), "timestamp[us, UTC]")
        }
        columns.append(try Column("none", .double(doubles), validity: [Bool](repeating: false, count: count)))
        columns.append(
            try Column(
                "no text", .string(StringColumn([])).padded(count),
                validity: [Bool](repeating: false, count: count)))
        return try Table(columns)
    }

    /// A table of the given columns.
    static func table(_ columns: Column...) throws -> Table {
        try Table(columns)
    }
}

extension Column.Values {
    /// Codes of no string.
    fileprivate func padded(_ count: Int) throws -> Column.Values {
        guard case .string(let strings) = self else { return self }
        return .string(
            try StringColumn(codes: [Int32](repeating: 0, count: count), dictionary: strings.dictionary))
    }
}

extension Table {
    /// The same bits where floating-point numbers are, so that NaN equals itself.
    var bits: Table {
        get throws {
            let columns = try columns.map { column in
                let values: Column.Values =
                    switch column.values {
                    case .float(let values): .int32(values.map { Int32(bitPattern: $0.bitPattern) })
                    case .double(let values): .int64(values.map { Int64(bitPattern: $0.bitPattern) })
                    default: column.values
                    }
                return try Column(
                    column.name, values, validity: column.validity, logicalType: column.logicalType)
            }
            return try Table(columns, index: indexName, rowCount: rowCount)
        }
    }
}
