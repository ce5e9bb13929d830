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
            slot.pointee.readAgain = .string
            isStored = true
        }
        if !isStored { throw refusal(of: field, slot.pointee, place, column) }
        return field.end
    }

    private func isMissing(_ field: CSVText.Field) -> Bool {
        if field.isQuoted { return false }
        return field.text.isEmpty || nullTexts.contains { $0.elementsEqual(field.text) }
    }

    /// Stores a value that is there; false when the text does not fit the column.
    private static func store(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        switch slot.kind {
        case .unknown:
            return storeFirst(text, &slot, row)
        case .int64:
            if let value = CSVScalar.int64(text) {
                slot.storeInteger(value, row, isNegative: text.contains(UInt8(ascii: "-")))
                return true
            }
            guard !slot.isFixed, let value = CSVScalar.double(text) else { return false }
            slot.widen(before: row)
            slot.store(value, row)
        case .double:
            guard let value = CSVScalar.double(text) else { return false }
            slot.store(value, row)
        case .bool:
            guard let value = CSVScalar.bool(text) else { return false }
            slot.store(value, row)
        case .int32:
            guard let value = CSVScalar.int64(text).flatMap(Int32.init(exactly:)) else { return false }
            slot.store(value, row)
        case .float:
            guard let value = CSVScalar.float(text) else { return false }
            slot.store(value, row)
        case .string:
            guard let code = slot.strings.code(of: text) else { return false }
            slot.store(code, row)
        case .ignored: break
        }
        return true
    }

    /// Stores the first value of a column, which decides its type for now.
    private static func storeFirst(_ text: CSVScalar.Text, _ slot: inout CSVSlot, _ row: Int) -> Bool {
        if let value = CSVScalar.int64(text) {
            slot.become(.int64, before: row)
            slot.storeInteger(value, row, isNegative: text.contains(UInt8(ascii: "-")))
        } else if let value = CSVScalar.double(text) {
            slot.become(.double, before: row)
            slot.store(value, row)
        } else if let value = CSVScalar.bool(text) {
            slot.become(.bool, before: row)
            slot.store(value, row)
        } else {
            slot.become(.string, before: row)
            return store(text, &slot, row)
        }
        return true
    }

    private func refusal(
        of field: CSVText.Field, _ slot: CSVSlot, _ place: UnsafePointer<UInt8>, _ column: Int
    ) -> DirDBError {
        guard let type = slot.kind.type, type != .string else {
            return .csvTooManyStrings(names[column], text.path)
        }
        let shown = String(decoding: field.bytes.prefix(100), as: UTF8.self)
        return .csvField(
            shown.escapingControls().fitted(to: 40), isNo: type, column: names[column], line: line(place),
            text.path)
    }
}
