import DirDB

/// The byte strings that are stored for the strings of a dictionary.
struct StoredDictionary {
    let dictionary: StringDictionary
    /// The strings that cannot be stored; they may be there if no row has them.
    var unfit: Set<Int32> = []
}

extension ChunkWriter {
    /// The same rows with their values as they are stored.
    ///
    /// Decimals become integers, the highest byte first.
    /// - Throws: `.invalidArgument` when a row's value cannot be stored as the column's logical type.
    func stored(
        _ rows: Range<Int>, _ strings: StringColumn, _ validity: [Bool]?
    ) throws(DirDBError) -> StringColumn {
        if column.length == 0 { return strings }
        let form: StoredDictionary
        if let storedForm, storedForm.source.isSameMemory(as: strings.dictionary) {
            form = storedForm.stored
        } else {
            form = storedDictionary(strings.dictionary)
            storedForm = (strings.dictionary, form)
        }
        if !form.unfit.isEmpty {
            for row in rows where validity?[row] ?? true && form.unfit.contains(strings.codes[row]) {
                let value = BinaryColumn(strings).text(row, logicalType: nil)
                throw .unfitLogicalType(column.name, column.dtype, "\"\(value.fitted(to: 40))\"", path)
            }
        }
        return StringColumn(unchecked: strings.codes, form.dictionary)
    }

    /// Takes in a value as it is stored.
    func updateExtremes(_ bytes: UnsafeRawBufferPointer) {
        // Intervals have no order.
        if column.annotation == .interval { return }
        if column.representation == .decimal {
            Extremes.signFlipped(Array(bytes)).withUnsafeBytes { extremes.update($0) }
        } else {
            extremes.update(bytes)
        }
    }

    private func storedDictionary(_ dictionary: StringDictionary) -> StoredDictionary {
        guard case .decimal(let precision, let scale)? = column.annotation else {
            let unfit = (0..<dictionary.count).filter { dictionary.range($0).count != column.length }
            return StoredDictionary(dictionary: dictionary, unfit: Set(unfit.map(Int32.init)))
        }
        var (bytes, ends): ([UInt8], [Int]) = ([], [])
        var unfit: Set<Int32> = []
        for code in 0..<dictionary.count {
            let integer = dictionary.withBytes(code) { text in
                FixedDecimal.bytes(
                    text, precision: Int(precision), scale: Int(scale), width: column.length)
            }
            if let integer { bytes += integer } else { unfit.insert(Int32(code)) }
            ends.append(bytes.count)
        }
        return StoredDictionary(dictionary: StringDictionary(unchecked: bytes, ends: ends), unfit: unfit)
    }
}
