import DirDB

/// Reads rows of a text into slots, some thousand at a time.
///
/// Call `readRows`, take the values of that many rows from the slots, call `clear`, and so on until no row comes.
struct CSVReader: ~Copyable {
    let text: CSVText
    let names: [String]
    let columnCount: Int
    /// The most rows that are read at a time; as many as fit into the cache.
    let capacity: Int
    private(set) var next: UnsafePointer<UInt8>
    private let slots: UnsafeMutablePointer<CSVSlot>
    private let memory: UnsafeMutableRawPointer
    let nullTexts: [[UInt8]]

    private static let memorySize = 1 << 18

    /// - Parameters:
    ///   - text: The text.
    ///   - header: The names of the columns and where the rows begin.
    ///   - expected: For each column what is known of it.
    init(_ text: CSVText, _ header: CSVHeader, _ expected: [CSVSlot.Expectation]) {
        self.text = text
        names = header.names
        columnCount = names.count
        next = header.rows
        nullTexts = text.options.nullTexts.map { Array($0.utf8) }
        let valueSize = CSVSlot.stride + 1
        // A row has a byte at least for each field.
        let most = (text.end - next) / max(columnCount, 1) + 1
        capacity = max(1, min(most, Self.memorySize / valueSize / max(columnCount, 1)))
        memory = .allocate(byteCount: max(1, capacity * columnCount * valueSize), alignment: CSVSlot.stride)
        slots = .allocate(capacity: columnCount)
        let validity = (memory + capacity * columnCount * CSVSlot.stride)
            .initializeMemory(as: Bool.self, repeating: true, count: capacity * columnCount)
        for (column, expected) in expected.enumerated() {
            let slot = CSVSlot(
                expected, values: memory + column * capacity * CSVSlot.stride,
                validity: validity + column * capacity)
            (slots + column).initialize(to: slot)
        }
    }

    deinit {
        slots.deinitialize(count: columnCount)
        slots.deallocate()
        memory.deallocate()
    }

    subscript(column: Int) -> CSVSlot {
        _read { yield slots[column] }
    }

    /// The strings of a column, which go with the reader.
    mutating func takeStrings(_ column: Int) -> StringDictionaryBuilder {
        let strings = slots[column].strings
        slots[column].strings = StringDictionaryBuilder()
        return strings
    }

    /// Makes the slots ready for further rows.
    mutating func clear() {
        for column in 0..<columnCount where slots[column].hasMissing {
            slots[column].validity.update(repeating: true, count: capacity)
            slots[column].hasMissing = false
        }
    }

    /// The place for a message.
    func line(_ place: UnsafePointer<UInt8>) -> Int { text.line(place) }
}

// MARK: Rows

extension CSVReader {
    /// Reads rows into the slots.
    ///
    /// - Parameter limit: How many at most; never more than the capacity.
    /// - Returns: The number of rows, 0 at the end of the text.
    /// - Throws: `.damagedData`, `.unsupportedFormat`, `.formatMismatch`.
    mutating func readRows(_ limit: Int) throws(DirDBError) -> Int {
        let text = text
        let last = columnCount - 1
        let limit = min(limit, capacity)
        var place = next
        var row = 0
        while row < limit && place < text.end {
            if last > 0 && text.isLineEnd(place) {
                place = text.skipLineEnd(place)
                continue
            }
            let line = place
            for column in 0...last {
                place = try readField(place, slots + column, row, column)
                if column < last {
                    if place == text.end || place.pointee != text.delimiter {
                        throw unequal(line, found: "\(column + 1) field\(column == 0 ? "" : "s")")
                    }
                    place += 1
                } else if place < text.end && !text.isLineEnd(place) {
                    throw unequal(line, found: "more fields")
                }
            }
            place = text.skipLineEnd(place)
            row += 1
        }
        next = place
        return row
    }

    /// Reads a field: in place what looks like the column's type, all else by the long way.
    ///
    /// - Returns: The end of the field.
    @inline(__always)
    private func readField(
        _ place: UnsafePointer<UInt8>, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int, _ column: Int
    ) throws(DirDBError) -> UnsafePointer<UInt8> {
        switch slot.pointee.kind {
        case .double:
            if let (value, end) = DecimalParser.faithfulDouble(place, text.end), text.isFieldEnd(end) {
                slot.pointee.store(value, row)
                return end
            }
        case .int64:
            if let (value, end) = DecimalParser.int64(place, text.end), text.isFieldEnd(end),
                place.pointee != UInt8(ascii: "+"), !DecimalParser.hasLeadingZero(place, end)
            {
                slot.pointee.storeInteger(value, row, isNegative: place.pointee == UInt8(ascii: "-"))
                return end
            }
        case .string:
            if place < text.end && place.pointee != CSVText.quote && nullTexts.isEmpty {
                let end = text.endOfPlainField(place)
                if end > place {
                    let string = UnsafeBufferPointer(start: place, count: end - place)
                    if let code = slot.pointee.strings.code(of: string) {
                        slot.pointee.store(code, row)
                        return end
                    }
                }
            }
        default: break
        }
        return try readAnyField(place, slot, row, column)
    }

    private func unequal(_ line: UnsafePointer<UInt8>, found: String) -> DirDBError {
        .csvLine(text.line(line), has: found, expected: columnCount, text.path)
    }
}
