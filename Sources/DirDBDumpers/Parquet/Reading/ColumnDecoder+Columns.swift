import DirDB

extension ColumnDecoder {
    /// Reads one column of the row groups.
    /// - Throws: `.unsupportedFormat` when a table cannot have such values; `.damagedData`.
    func column(_ column: ParquetColumn, _ file: borrowing DataFile) throws(DirDBError) -> Column {
        do throws(ParquetFailure) {
            let (values, validity) = try values(column, file)
            // Lengths agree, and 0 stands where there is no value.
            return Column(
                unchecked: column.name, values, validity: validity.flatMap { $0.contains(false) ? $0 : nil },
                logicalType: column.logicalType)
        } catch {
            throw error.error(file.path, in: column.quotedName)
        }
    }

    private func values(
        _ column: ParquetColumn, _ file: borrowing DataFile
    ) throws(ParquetFailure) -> (Column.Values, [Bool]?) {
        var validity: [Bool]?
        guard let representation = column.representation else {
            throw .unsupported(
                "its values are of type \(column.dtype), which a table cannot have; name the other columns to read"
                    + " those")
        }
        switch representation {
        case .bool:
            let flags: [UInt8] = try filledArray(rowCount) { (target) throws(ParquetFailure) in
                var sink = BoolSink(target)
                validity = try decode(column, file, to: &sink)
            }
            return (.bool(flags.map { $0 != 0 }), validity)
        case .int32:
            let numbers: [Int32] = try numbers(column, UInt32.self, isInteger: true, file, &validity)
            return (.int32(numbers), validity)
        case .int64:
            let numbers: [Int64] = try numbers(column, UInt64.self, isInteger: true, file, &validity)
            return (.int64(numbers), validity)
        case .int96:
            let times: [Int64] = try filledArray(rowCount) { (target) throws(ParquetFailure) in
                var sink = TimestampSink(target)
                validity = try decode(column, file, to: &sink)
            }
            return (.int64(times), validity)
        case .unsigned32:
            let numbers: [UInt32] = try numbers(column, UInt32.self, isInteger: true, file, &validity)
            return (.int64(numbers.map(Int64.init)), validity)
        case .float:
            let numbers: [Float] = try numbers(column, UInt32.self, isInteger: false, file, &validity)
            return (.float(numbers), validity)
        case .double:
            let numbers: [Double] = try numbers(column, UInt64.self, isInteger: false, file, &validity)
            return (.double(numbers), validity)
        case .float16:
            let bits: [UInt16] = try numbers(column, UInt16.self, isInteger: false, file, &validity)
            return (.float(bits.map { Float(Float16(bitPattern: $0)) }), validity)
        case .string:
            var dictionary = StringDictionary(unchecked: [], ends: [])
            let codes: [Int32] = try filledArray(rowCount) { (target) throws(ParquetFailure) in
                var sink = StringSink(target, limits)
                validity = try decode(column, file, to: &sink)
                dictionary = sink.finish()
            }
            return (.string(StringColumn(unchecked: codes, dictionary)), validity)
        }
    }

    /// Decodes words into the memory of numbers of the same size.
    private func numbers<Number: BitwiseCopyable, Word: FixedWidthInteger & BitwiseCopyable>(
        _ column: ParquetColumn, _ word: Word.Type, isInteger: Bool, _ file: borrowing DataFile,
        _ validity: inout [Bool]?
    ) throws(ParquetFailure) -> [Number] {
        var found: [Bool]?
        let numbers: [Number] = try filledArray(rowCount) { (target) throws(ParquetFailure) in
            found = try target.withMemoryRebound(to: Word.self, capacity: rowCount) {
                (words) throws(ParquetFailure) in
                var sink = FixedWidthSink(words, isInteger: isInteger)
                return try decode(column, file, to: &sink)
            }
        }
        validity = found
        return numbers
    }
}
