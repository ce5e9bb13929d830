/// A type of which a column can be made: Bool, Int, Int32, Int64, Float, Double, String, and [UInt8] for bytes.
public protocol ColumnElement: Equatable, Sendable {
    /// What stands where a value is missing.
    static var absent: Self { get }

    /// The values as they are kept in a column.
    static func columnValues(_ values: [Self]) -> Column.Values
}

extension Bool: ColumnElement {
    /// False.
    public static var absent: Bool { false }
    /// Truth values.
    public static func columnValues(_ values: [Bool]) -> Column.Values { .bool(values) }
}

extension Int: ColumnElement {
    /// 0.
    public static var absent: Int { 0 }
    /// Integers of 64 bits.
    public static func columnValues(_ values: [Int]) -> Column.Values { .int64(values.map(Int64.init)) }
}

extension Int32: ColumnElement {
    /// 0.
    public static var absent: Int32 { 0 }
    /// Integers of 32 bits.
    public static func columnValues(_ values: [Int32]) -> Column.Values { .int32(values) }
}

extension Int64: ColumnElement {
    /// 0.
    public static var absent: Int64 { 0 }
    /// Integers of 64 bits.
    public static func columnValues(_ values: [Int64]) -> Column.Values { .int64(values) }
}

extension Float: ColumnElement {
    /// 0.
    public static var absent: Float { 0 }
    /// Reals of 32 bits.
    public static func columnValues(_ values: [Float]) -> Column.Values { .float(values) }
}

extension Double: ColumnElement {
    /// 0.
    public static var absent: Double { 0 }
    /// Reals of 64 bits.
    public static func columnValues(_ values: [Double]) -> Column.Values { .double(values) }
}

extension String: ColumnElement {
    /// The empty text.
    public static var absent: String { "" }
    /// Texts.
    public static func columnValues(_ values: [String]) -> Column.Values { .string(StringColumn(values)) }
}

extension [UInt8]: ColumnElement {
    /// No bytes.
    public static var absent: [UInt8] { [] }
    /// Bytes.
    public static func columnValues(_ values: [[UInt8]]) -> Column.Values { .binary(BinaryColumn(values)) }
}

extension Column.Values {
    /// The number of rows.
    public var count: Int {
        switch self {
        case .bool(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .string(let values): values.count
        case .binary(let values): values.count
        case .list(let values): values.count
        }
    }

    var dtype: String {
        switch self {
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .binary: "binary"
        case .list(let values): "list<\(values.items.dtype)>"
        }
    }

    func rows(_ range: Range<Int>) -> Self {
        switch self {
        case .bool(let values): .bool(Array(values[range]))
        case .int32(let values): .int32(Array(values[range]))
        case .int64(let values): .int64(Array(values[range]))
        case .float(let values): .float(Array(values[range]))
        case .double(let values): .double(Array(values[range]))
        case .string(let values): .string(values.rows(range))
        case .binary(let values): .binary(BinaryColumn(values.coded.rows(range)))
        case .list(let values): .list(values.rows(range))
        }
    }

    /// The same values with 0 where none is valid.
    func clearing(_ validity: [Bool]) -> Self {
        switch self {
        case .bool(let values): .bool(cleared(values, validity, false))
        case .int32(let values): .int32(cleared(values, validity, 0))
        case .int64(let values): .int64(cleared(values, validity, 0))
        case .float(let values): .float(cleared(values, validity, 0))
        case .double(let values): .double(cleared(values, validity, 0))
        case .string(let values): .string(values.clearing(validity))
        case .binary(let values): .binary(BinaryColumn(values.coded.clearing(validity)))
        case .list(let values): .list(values.clearing(validity))
        }
    }

    /// The values of the given rows, which exist.
    func gathering(_ rows: [Int]) -> Self {
        switch self {
        case .bool(let values): .bool(rows.map { values[$0] })
        case .int32(let values): .int32(rows.map { values[$0] })
        case .int64(let values): .int64(rows.map { values[$0] })
        case .float(let values): .float(rows.map { values[$0] })
        case .double(let values): .double(rows.map { values[$0] })
        case .string(let values): .string(values.gathering(rows))
        case .binary(let values): .binary(BinaryColumn(values.coded.gathering(rows)))
        case .list(let values): .list(values.gathering(rows))
        }
    }
}

/// The values with `zero` where none is valid; not copied when that is so already.
func cleared<Value: BitwiseCopyable>(_ values: [Value], _ validity: [Bool], _ zero: Value) -> [Value] {
    var values = values
    values.withUnsafeMutableBufferPointer { values in
        validity.withUnsafeBufferPointer { validity in
            for row in validity.indices where !validity[row] { values[row] = zero }
        }
    }
    return values
}
