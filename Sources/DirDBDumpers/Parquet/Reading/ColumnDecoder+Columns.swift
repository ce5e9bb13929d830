import DirDB

extension ColumnDecoder {
    /// Reads one column of the row groups.
    /// - Throws: `.unsupportedFormat` when a table cannot have such values; `.damagedData`.
    func column(_ column: ParquetColumn, _ file: borrowing DataFile) throws(DirDBError) -> Column {
        do throws(ParquetFailure) {
            let (values, levels) = try values(column, file)
            // Lengths agree, and 0 stands where there is no value.
            let read = Column(
                unchecked: column.name, values,
                validity: levels.validity.flatMap { $0.contains(false) ? $0 : nil },
                logicalType: column.logicalType)
            guard let lists = levels.lists else { return read }
            // A schema that does not fit the lists is not believed.
            let isFixed = zip(zip(lists.offsets, lists.offsets.dropFirst()), lists.validity).allSatisfy {
                range, isValid in
                range.1 - range.0 == (isValid ? column.width : 0)
            }
            return Column(
                unchecked: column.name,
                .list(ListColumn(unchecked: lists.offsets, read, width: isFixed ? column.width : nil)),
                validity: lists.validity.contains(false) ? lists.validity : nil)
        } catch {
            throw error.error(file.path, in: column.quotedName)
        }
    }

    private func values(
        _ column: ParquetColumn, _ file: borrowing DataFile
    ) throws(ParquetFailure) -> (Column.Values, DecodedLevels) {
        guard let representation = column.representation else {
            throw .unsupported(
                "its values are of type \(column.dtype), which a table cannot have",
                remedy: "name the other columns to read those")
        }
        switch representation {
        case .bool:
            let (flags, levels) = try array(column, file) { BoolSink($0) }
            return (.bool(flags.map { $0 != 0 }), levels)
        case .int32:
            let (numbers, levels): ([Int32], _) = try numbers(column, UInt32.self, isInteger: true, file)
            return (.int32(numbers), levels)
        case .int64:
            let (numbers, levels): ([Int64], _) = try numbers(column, UInt64.self, isInteger: true, file)
            return (.int64(numbers), levels)
        case .int96:
            let (times, levels) = try array(column, file) { TimestampSink($0) }
            return (.int64(times), levels)
        case .unsigned32:
            let (numbers, levels): ([UInt32], _) = try numbers(column, UInt32.self, isInteger: true, file)
            return (.int64(numbers.map(Int64.init)), levels)
        case .float:
            let (numbers, levels): ([Float], _) = try numbers(column, UInt32.self, isInteger: false, file)
            return (.float(numbers), levels)
        case .double:
            let (numbers, levels): ([Double], _) = try numbers(column, UInt64.self, isInteger: false, file)
            return (.double(numbers), levels)
        case .float16:
            let (bits, levels): ([UInt16], _) = try numbers(column, UInt16.self, isInteger: false, file)
            return (.float(bits.map { Float(Float16(bitPattern: $0)) }), levels)
        case .string:
            let (strings, levels) = try strings(column, file)
            return (.string(strings), levels)
        case .binary, .fixedBinary:
            let (strings, levels) = try strings(column, file)
            return (.binary(BinaryColumn(strings)), levels)
        case .decimal:
            let (strings, levels) = try decimals(column, file)
            // Where there is no number, there was a 0.
            return (.string(levels.validity.map(strings.clearing) ?? strings), levels)
        }
    }

    /// Decodes values into new memory.
    private func array<Element: BitwiseCopyable, Sink: PageSink>(
        _ column: ParquetColumn, _ file: borrowing DataFile,
        _ makeSink: (UnsafeMutablePointer<Element>) -> Sink, _ finish: (consuming Sink) -> Void = { _ in }
    ) throws(ParquetFailure) -> ([Element], DecodedLevels) {
        var levels = DecodedLevels(count: 0, lists: column.list == nil ? nil : .init(offsets: [0]))
        let elements: [Element] = try filledArray(upTo: try mostValues(column)) {
            (target) throws(ParquetFailure) in
            var sink = makeSink(target)
            levels = try decode(column, file, to: &sink)
            finish(sink)
            return levels.count
        }
        return (elements, levels)
    }

    /// Decodes words into the memory of numbers of the same size.
    private func numbers<Number: BitwiseCopyable, Word: FixedWidthInteger & BitwiseCopyable>(
        _ column: ParquetColumn, _ word: Word.Type, isInteger: Bool, _ file: borrowing DataFile
    ) throws(ParquetFailure) -> ([Number], DecodedLevels) {
        try array(column, file) { target in
            let words = UnsafeMutableRawPointer(target).assumingMemoryBound(to: Word.self)
            return FixedWidthSink(words, isInteger: isInteger)
        }
    }

    private func strings(
        _ column: ParquetColumn, _ file: borrowing DataFile
    ) throws(ParquetFailure) -> (StringColumn, DecodedLevels) {
        var dictionary = StringDictionary(unchecked: [], ends: [])
        let width = column.physical == .fixedLengthByteArray ? column.length : nil
        let (codes, levels) = try array(column, file) { target in
            StringSink(target, isText: column.representation == .string, width: width, limits)
        } _: { sink in
            dictionary = sink.finish()
        }
        return (StringColumn(unchecked: codes, dictionary), levels)
    }

    /// Decodes integers and gives them a point.
    private func decimals(
        _ column: ParquetColumn, _ file: borrowing DataFile
    ) throws(ParquetFailure) -> (StringColumn, DecodedLevels) {
        guard case .decimal(_, let scale)? = column.annotation else {
            throw .damaged("its decimals have no scale")
        }
        switch column.physical {
        case .int32:
            let (numbers, levels): ([Int32], _) = try numbers(column, UInt32.self, isInteger: true, file)
            return (
                StringColumn(numbers.lazy.map { FixedDecimal.text(Int64($0), scale: Int(scale)) }), levels
            )
        case .int64:
            let (numbers, levels): ([Int64], _) = try numbers(column, UInt64.self, isInteger: true, file)
            return (StringColumn(numbers.lazy.map { FixedDecimal.text($0, scale: Int(scale)) }), levels)
        default:
            let (stored, levels) = try strings(column, file)
            var (bytes, ends): ([UInt8], [Int]) = ([], [])
            for code in 0..<stored.dictionary.count {
                let text = try stored.dictionary.withBytes(code) { (value) throws(ParquetFailure) in
                    // The work grows with the square of it.
                    guard value.count <= 256 else {
                        throw .unsupported(
                            "it holds a number of \(value.count) bytes", remedy: "read the other columns")
                    }
                    return FixedDecimal.text(value, scale: Int(scale))
                }
                bytes += Array(text.utf8)
                ends.append(bytes.count)
            }
            return (
                StringColumn(unchecked: stored.codes, StringDictionary(unchecked: bytes, ends: ends)), levels
            )
        }
    }
}
