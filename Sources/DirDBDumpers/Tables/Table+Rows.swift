import DirDB

// By way of JSON, whose values are those of a row: nothing else is known of a Codable type.

extension Table {
    /// Creates a table of Codable values: each property becomes a column, each value a row.
    ///
    /// Integers become 64 bits wide, reals `Double`. An absent optional is a missing value. Without rows there are no
    /// columns.
    /// - Throws: `.invalidArgument` when a row does not consist of truth values, numbers and texts by name, or a
    ///   property is of different kinds in different rows; what the encoding of a row throws.
    /// - Complexity: About a microsecond per value.
    public init<Row: Encodable>(rows: [Row]) throws {
        var names: [String] = []
        var places: [String: Int] = [:]
        var collected: [[JSON]] = []
        for (number, row) in rows.enumerated() {
            guard case .object(let object) = try JSON(encoding: row) else { throw DirDBError.noRow(Row.self) }
            for (name, value) in object {
                let place = places[name] ?? names.count
                if place == names.count {
                    places[name] = place
                    names.append(name)
                    collected.append([])
                }
                collected[place] += repeatElement(.null, count: number - collected[place].count)
                collected[place].append(value)
            }
        }
        let columns = try zip(names, collected).map { name, values in
            try Column(
                name, json: values + repeatElement(.null, count: rows.count - values.count), of: Row.self)
        }
        try self.init(columns, rowCount: rows.count)
    }

    /// The rows as Codable values, whose properties are read from the columns of the same names.
    ///
    /// A column that no property has is left out; a missing value is an absent optional.
    /// - Throws: `DecodingError` when a column is missing or of another type than the property, or a value is missing
    ///   that is not optional.
    /// - Complexity: About a microsecond per value.
    public func decodeRows<Row: Decodable>(as type: Row.Type = Row.self) throws -> [Row] {
        try (0..<rowCount).map { row in
            try JSON.object(JSONObject(columns.map { ($0.name, $0.json(row)) })).decode(Row.self)
        }
    }
}

extension Column {
    /// The value of a row; null where it is missing.
    func json(_ row: Int) -> JSON {
        guard validity?[row] ?? true else { return .null }
        return switch values {
        case .bool(let values): .bool(values[row])
        case .int32(let values): .integer(Int64(values[row]))
        case .int64(let values) where logicalType == "uint64": JSON(UInt64(bitPattern: values[row]))
        case .int64(let values): .integer(values[row])
        case .float(let values): .real(Double(values[row]))
        case .double(let values): .real(values[row])
        case .string(let values): .string(values[row])
        case .binary(let values): .string(values.text(row, logicalType: logicalType))
        case .list(let values): .array(values[row].jsonValues)
        }
    }

    /// The values of all rows.
    var jsonValues: [JSON] { (0..<count).map { json($0) } }

    fileprivate init(_ name: String, json values: [JSON], of type: Any.Type) throws {
        let present = values.filter { $0 != .null }
        func fill<Element>(_ convert: (JSON) -> Element?) throws -> [Element?] {
            try values.map { value in
                if value == .null { return nil }
                guard let element = convert(value) else { throw DirDBError.noColumn(name, of: type) }
                return element
            }
        }
        // Not equal to itself, a NaN is no null either.
        switch present.first {
        case .bool: self.init(name, try fill(\.asBool))
        case .integer where present.allSatisfy({ $0.asInt != nil }): self.init(name, try fill(\.asInt))
        case .integer, .real:
            // Among reals an integer is one, unless that changed its value.
            self.init(name, try fill { value in value.asInt.map { Double(exactly: $0) } ?? value.asDouble })
        case .string, nil: self.init(name, try fill(\.asString))
        default: throw DirDBError.noColumn(name, of: type)
        }
    }
}
