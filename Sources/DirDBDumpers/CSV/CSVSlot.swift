import DirDB

/// The values of one column in the rows that are read at a time.
///
/// As long as all its fields are missing, the type of a column is unknown. A type that was found out widens from int64
/// to double in place; what does not fit even so makes the column one of texts, to be read again.
struct CSVSlot {
    enum Kind: UInt8 {
        case unknown
        case bool
        case int32
        case int64
        case float
        case double
        case string
        /// Not to be read, or to be read again as texts.
        case ignored

        init(_ type: ColumnType) {
            switch type {
            case .bool: self = .bool
            case .int32: self = .int32
            case .int64: self = .int64
            case .float: self = .float
            case .double: self = .double
            case .string: self = .string
            }
        }

        /// nil where there is none.
        var type: ColumnType? {
            switch self {
            case .bool: .bool
            case .int32: .int32
            case .int64: .int64
            case .float: .float
            case .double: .double
            case .string: .string
            case .unknown, .ignored: nil
            }
        }
    }

    /// The widest value.
    static let stride = 8

    var kind: Kind
    /// Whether the type was given, and a field that does not fit is an error.
    let isFixed: Bool
    /// Room for the widest values of all rows.
    let values: UnsafeMutableRawPointer
    let validity: UnsafeMutablePointer<Bool>
    var hasMissing = false
    /// Whether a -0 was read, which is no integer of its own but a real, should the column become one of those.
    var hasNegativeZero = false
    /// As what the whole column must be read again, if at all.
    var readAgain: Kind?
    var strings = StringDictionaryBuilder()

    @inline(__always)
    func store<Value: BitwiseCopyable>(_ value: Value, _ row: Int) {
        values.storeBytes(of: value, toByteOffset: row * MemoryLayout<Value>.stride, as: Value.self)
    }

    mutating func storeMissing(_ row: Int) {
        hasMissing = true
        validity[row] = false
        switch kind {
        case .unknown, .ignored: break
        case .bool: store(false, row)
        case .int32, .float, .string: store(Int32(0), row)
        case .int64, .double: store(Int64(0), row)
        }
    }

    /// Gives a column whose values before `row` are all missing a type.
    mutating func become(_ kind: Kind, before row: Int) {
        values.initializeMemory(as: UInt8.self, repeating: 0, count: row * Self.stride)
        self.kind = kind
    }

    @inline(__always)
    mutating func storeInteger(_ value: Int64, _ row: Int, isNegative: @autoclosure () -> Bool) {
        store(value, row)
        if value == 0 && isNegative() { hasNegativeZero = true }
    }

    /// Makes the integers before `row` reals, which are those that their digits mean.
    mutating func widen(before row: Int) {
        if hasNegativeZero { readAgain = .double }
        for index in 0..<row {
            let value = values.loadUnaligned(fromByteOffset: index * Self.stride, as: Int64.self)
            store(Double(value), index)
        }
        kind = .double
    }
}
