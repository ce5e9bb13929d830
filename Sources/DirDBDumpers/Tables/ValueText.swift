package import DirDB

/// The text of a column's values: the one that csv, `show`, statistics and JSON share.
///
/// A value is written so that an equal one can be read from it: integers by their digits, reals by the fewest digits
/// that tell them from all others, dates and times as ``TimeType`` says. The times of a column have the same number of
/// digits, without which pandas takes them for texts.
package struct ValueText: Sendable {
    private let logicalType: String?
    private let time: TimeType?
    private let isUnsigned: Bool
    /// nil for those that each value needs.
    private let fractionDigits: Int?

    /// For values by themselves.
    package init(logicalType: String?) {
        self.logicalType = logicalType
        time = logicalType.flatMap(TimeType.init)
        isUnsigned = logicalType == "uint64"
        fractionDigits = nil
    }

    /// For the values of a column.
    /// - Complexity: O(n) in the number of rows for times, else O(1).
    package init(_ column: Column) {
        let single = ValueText(logicalType: column.logicalType)
        logicalType = single.logicalType
        time = single.time
        isUnsigned = single.isUnsigned
        func most(_ values: [some BinaryInteger], _ time: TimeType) -> Int {
            values.reduce(0) { max($0, time.fractionDigits(of: Int64($1))) }
        }
        fractionDigits = single.time.map { time in
            switch column.values {
            case .int32(let values): most(values, time)
            case .int64(let values): most(values, time)
            default: 0
            }
        }
    }

    /// Whether integers are written as they are.
    var isPlain: Bool { time == nil && !isUnsigned }

    /// The text of an integer.
    package func text(_ value: Int64) -> String {
        if let time {
            return time.text(value, fractionDigits: fractionDigits ?? time.fractionDigits(of: value))
        }
        return isUnsigned ? "\(UInt64(bitPattern: value))" : "\(value)"
    }

    /// The text of a real: a NaN has a sign and a payload in Swift's own.
    package func text(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
        value.isNaN ? "nan" : value.description
    }

    /// The text of a row's value in the column that this was made for; nil where it is missing.
    package func text(_ column: borrowing Column, _ row: Int) -> String? {
        guard column.validity?[row] ?? true else { return nil }
        return switch column.values {
        case .bool(let values): "\(values[row])"
        case .int32(let values): text(Int64(values[row]))
        case .int64(let values): text(values[row])
        case .float(let values): text(values[row])
        case .double(let values): text(values[row])
        case .string(let values): values[row]
        case .binary(let values): values.text(row, logicalType: logicalType)
        case .list(let values): Self.text(ofItems: values[row])
        }
    }

    /// Such as `[0.5, null, 2.0]`, with texts as JSON has them: one that holds a comma is not two.
    private static func text(ofItems items: Column) -> String {
        let text = ValueText(items)
        let texts = (0..<items.count).map { row -> String in
            guard let item = text.text(items, row) else { return "null" }
            guard case .string = items.values else { return item }
            return (try? JSON.string(item).serialized()) ?? item
        }
        return "[\(texts.joined(separator: ", "))]"
    }

    /// A number as JSON has it, which is text where a number does not say what it means.
    package func json(_ value: JSON) -> JSON {
        guard time != nil, case .integer(let number) = value else { return value }
        return .string(text(number))
    }
}
