import DirDB

// Fields that are quoted, missing, or not what was expected.

extension CSVReader {
    /// Reads a field of any form and returns its end.
    @inline(never)
    func readAnyField(
        _ place: UnsafePointer<UInt8>, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int, _ column: Int
    ) throws(DirDBError) -> UnsafePointer<UInt8> {
        let field: CSVText.Field
        do { field = try text.field(place) } catch { throw .csv(error, text.path, line: line(place)) }
        if isMissing(field) {
            slot.pointee.storeMissing(row)
            return field.end
        }
        var isStored: Bool
        if field.hasDoubledQuotes {
            let bytes = field.bytes
            isStored = bytes.withUnsafeBufferPointer { Self.store($0, &slot.pointee, row) }
        } else {
            isStored = Self.store(field.text, &slot.pointee, row)
        }
        if !isStored, slot.pointee.kind != .string, !slot.pointee.isFixed {
            slot.pointee.kind = .ignored
            slot.pointee.readAgain = ColumnType.string
            isStored = true
        }
        if !isStored { throw refusal(of: field, slot.pointee, place, column) }
        return field.end
    }

    private func isMissing(_ field: CSVText.Field) -> Bool {
        if field.isQuoted { return columnCount == 1 && field.text.isEmpty }
        return field.text.isEmpty || nullTexts.contains { $0.elementsEqual(field.text) }
    }

    /// Stores a value that is there; false when the text does not fit the column.
    private static func store(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        switch slot.kind {
        case .unknown: return storeFirst(text, &slot, row)
        case .int64, .uint64, .double:
            return slot.isGiven ? storeGiven(text, &slot, row) : storeFound(text, &slot, row)
        case .bool:
            guard let value = CSVScalar.bool(text) else { return false }
            slot.store(value, row)
        case .int32:
            guard let value = CSVScalar.int64(text).flatMap(Int32.init(exactly:)) else { return false }
            slot.store(value, row)
        case .typed32:
            guard let value = CSVScalar.typed(text, slot.type).flatMap(Int32.init(exactly:)) else {
                return false
            }
            slot.store(value, row)
        case .typed64:
            guard let value = CSVScalar.typed(text, slot.type) else { return false }
            slot.store(value, row)
        case .float:
            guard let value = CSVScalar.given(CSVScalar.float(text), text) else { return false }
            slot.store(value, row)
        case .string:
            guard let code = slot.strings.code(of: text) else { return false }
            slot.store(code, row)
        case .ignored: break
        }
        return true
    }

    /// Stores a number of the type that the user gave.
    private static func storeGiven(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        switch slot.kind {
        case .int64:
            guard let value = CSVScalar.int64(text) else { return false }
            slot.store(value, row)
        case .uint64:
            guard let value = CSVScalar.uint64(text) else { return false }
            slot.store(value, row)
        default:
            guard let value = CSVScalar.given(CSVScalar.double(text), text) else { return false }
            slot.store(value, row)
        }
        return true
    }

    /// Stores a number where the fields before make the type, which may widen unless it is fixed.
    private static func storeFound(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        guard let number = CSVScalar.number(text) else { return false }
        switch (number, slot.kind) {
        case (.integer(let value, let isNegative), .int64):
            slot.storeInteger(value, row, isNegative: isNegative)
        case (.integer(let value, _), .uint64):
            guard value >= 0 else { return false }
            slot.storeInteger(value, row, isNegative: false)
        case (.integer(let value, let isNegative), _):
            guard let real = DecimalParser.double(equalTo: value.magnitude) else { return false }
            slot.store(isNegative ? -real : real, row)
        case (.large(let value), .int64), (.large(let value), .uint64):
            return (!slot.isFixed || slot.kind == .uint64) && slot.storeLarge(value, row)
        case (.large(let value), _):
            guard let real = DecimalParser.double(equalTo: value) else { return false }
            slot.store(real, row)
        case (.real(let value), .double): slot.store(value, row)
        case (.real(let value), _): return !slot.isFixed && slot.storeReal(value, row)
        }
        return true
    }

    /// Stores the first value of a column, which decides its type for now.
    private static func storeFirst(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        switch CSVScalar.number(text) {
        case .integer, .large: slot.become(.int64, before: row)
        case .real: slot.become(.double, before: row)
        case nil: slot.become(CSVScalar.bool(text) == nil ? .string : .bool, before: row)
        }
        return store(text, &slot, row)
    }

    private func refusal(
        of field: CSVText.Field, _ slot: CSVSlot, _ place: UnsafePointer<UInt8>, _ column: Int
    ) -> DirDBError {
        let type = slot.type
        guard type != .string else {
            return .csvTooManyStrings(names[column], text.path)
        }
        let shown = String(decoding: field.bytes.prefix(100), as: UTF8.self)
        return .csvField(
            shown.escapingControls().fitted(to: 40), isNo: type, column: names[column], line: line(place),
            text.path)
    }
}
