public import DirDB

/// A named column of a table: values of one type, some of which may be missing.
public struct Column: Sendable, Equatable {
    /// The values of all rows, by type.
    public enum Values: Sendable, Equatable {
        /// Truth values.
        case bool([Bool])
        /// Integers of 32 bits.
        case int32([Int32])
        /// Integers of 64 bits.
        case int64([Int64])
        /// Reals of 32 bits.
        case float([Float])
        /// Reals of 64 bits.
        case double([Double])
        /// Texts.
        case string(StringColumn)
        /// Bytes.
        case binary(BinaryColumn)
        /// Lists of any of the others.
        indirect case list(ListColumn)
    }

    /// The name.
    public let name: String
    /// The values, one for each row; 0, false or code 0 where a row has none.
    ///
    /// A code may be used only where there is a value: a column of strings that are all missing may have an empty
    /// dictionary.
    public let values: Values
    /// For each row whether it has a value; nil when all have.
    public let validity: [Bool]?
    /// The type in the format's own words where it says more than the type of the values, such as
    /// `timestamp[us, UTC]`, `uint8` or `uuid`; nil otherwise.
    ///
    /// `decimal(12, 2)` are texts of all digits, such as `-1234.50`.
    public let logicalType: String?

    /// Creates a column.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - values: A value for each row. What stands where there is none makes no difference.
    ///   - validity: For each row whether it has a value; nil when all have.
    ///   - logicalType: The type in a format's own words where it says more than that of the values.
    /// - Throws: `.invalidArgument` when the lengths differ, or a row's code is beyond the dictionary.
    /// - Complexity: O(n) in the number of rows when some are missing, else O(1).
    public init(
        _ name: String, _ values: Values, validity: [Bool]? = nil, logicalType: String? = nil
    ) throws(DirDBError) {
        if let validity, validity.count != values.count {
            throw .columnLength(name, validity.count, expected: values.count)
        }
        let missing = validity.flatMap { $0.contains(false) ? $0 : nil }
        let coded: StringColumn? =
            switch values {
            case .string(let strings): strings
            case .binary(let values): values.coded
            default: nil
            }
        if let coded, coded.dictionary.count == 0, coded.count > 0,
            missing == nil || missing?.contains(true) == true
        {
            throw .codeOutOfRange(0, count: 0)
        }
        self.init(
            unchecked: name, missing.map(values.clearing) ?? values, validity: missing,
            logicalType: logicalType)
    }

    /// Creates a column of parts of which the caller made sure: equal lengths, a value missing somewhere or no
    /// validity, zeros there, codes of the dictionary elsewhere.
    package init(
        unchecked name: String, _ values: Values, validity: [Bool]?, logicalType: String? = nil
    ) {
        self.name = name
        self.values = values
        self.validity = validity
        self.logicalType = logicalType
    }

    /// Creates a column in which no value is missing.
    public init<Element: ColumnElement>(_ name: String, _ values: [Element]) {
        self.init(unchecked: name, Element.columnValues(values), validity: nil)
    }

    /// Creates a column; nil is a missing value.
    public init<Element: ColumnElement>(_ name: String, _ values: [Element?]) {
        let validity = values.contains { $0 == nil } ? values.map { $0 != nil } : nil
        let filled = Element.columnValues(values.map { $0 ?? Element.absent })
        self.init(unchecked: name, filled, validity: validity)
    }

    /// Some rows, which were checked to exist.
    package func rows(_ range: Range<Int>) -> Column {
        let part = validity.map { Array($0[range]) }
        return Column(
            unchecked: name, values.rows(range), validity: part?.contains(false) == true ? part : nil,
            logicalType: logicalType)
    }
}

extension Column {
    /// The given rows, which exist, in the given order.
    func gathering(_ rows: [Int]) -> Column {
        let part = validity.map { validity in rows.map { validity[$0] } }
        return Column(
            unchecked: name, values.gathering(rows), validity: part?.contains(false) == true ? part : nil,
            logicalType: logicalType)
    }
}

// MARK: What it is

extension Column {
    /// The number of rows.
    public var count: Int { values.count }

    /// The number of rows without a value.
    /// - Complexity: O(n) when some are missing.
    public var nullCount: Int { validity.map { $0.count { !$0 } } ?? 0 }

    /// The logical type where there is one; else `bool`, `int32`, `int64`, `float`, `double`, `string`, `binary`, or
    /// `list<double>` and the like.
    public var dtype: String { logicalType ?? values.dtype }

    /// Whether names, types, missing rows and the values of the others are equal; NaN equals nothing.
    public static func == (left: Column, right: Column) -> Bool {
        guard left.name.utf8.elementsEqual(right.name.utf8), left.logicalType == right.logicalType,
            left.validity == right.validity
        else { return false }
        return switch (left.values, right.values) {
        case (.string(let mine), .string(let theirs)): mine.hasSameRows(as: theirs, where: left.validity)
        case (.binary(let mine), .binary(let theirs)):
            mine.coded.hasSameRows(as: theirs.coded, where: left.validity)
        default: left.values == right.values
        }
    }
}
