import DirDB

/// The values of one column in the rows that are read at a time.
///
/// As long as all its fields are missing, the type of a column is unknown. A type that was found widens in place, from
/// int64 to uint64 or double; what does not fit even so makes the column one of texts, to be read again.
struct CSVSlot {
    enum Kind: UInt8 {
        case unknown
        case bool
        case int32
        case int64
        case uint64
        case float
        case double
        case string
        /// Integers of 32 and 64 bits that are read as the type says, such as dates.
        case typed32
        case typed64
        /// Not to be read, or to be read again as texts.
        case ignored

        init(_ type: ColumnType) {
            switch type.storage {
            case .bool: self = .bool
            case .int32: self = type.isPlain ? .int32 : .typed32
            case .int64: self = type.isPlain ? .int64 : .typed64
            case .uint64: self = .uint64
            case .float: self = .float
            case .double: self = .double
            case .string: self = .string
            }
        }
    }

    /// What is known of a column before it is read.
    enum Expectation {
        /// Nothing: the type is that which all fields fit.
        case any
        /// The type that the user gave: what can be read so is.
        case given(ColumnType)
        /// A type that fields had: only what would have given that type.
        case found(ColumnType)
        /// That it is not wanted.
        case nothing

        var type: ColumnType? {
            switch self {
            case .given(let type), .found(let type): type
            case .any, .nothing: nil
            }
        }
    }

    /// The widest value.
    static let stride = 8

    var kind: Kind
    let expected: Expectation
    /// Room for the widest values of all rows.
    let values: UnsafeMutableRawPointer
    let validity: UnsafeMutablePointer<Bool>
    var hasMissing = false
    /// Whether a -0 was read, which is no integer of its own but a real, should the column become one of those.
    private var hasNegativeZero = false
    private var hasNegative = false
    /// Whether an integer was read that no real equals.
    private var hasInexact = false
    /// As what the whole column must be read again, if at all.
    var readAgain: ColumnType?
    var strings = StringDictionaryBuilder()

    init(_ expected: Expectation, values: UnsafeMutableRawPointer, validity: UnsafeMutablePointer<Bool>) {
        self.expected = expected
        self.values = values
        self.validity = validity
        kind =
            switch expected {
            case .any: .unknown
            case .nothing: .ignored
            case .given(let type), .found(let type): Kind(type)
            }
    }

    /// Whether a field that does not fit is an error.
    var isFixed: Bool { if case .any = expected { false } else { true } }

    /// Whether the type was given by the user.
    var isGiven: Bool { if case .given = expected { true } else { false } }

    /// The type, that of texts where none is known.
    var type: ColumnType {
        if let type = expected.type { return type }
        return switch kind {
        case .bool: .bool
        case .int64: .int64
        case .uint64: .uint64
        case .double: .double
        // The others are not found, but given.
        default: .string
        }
    }

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
        case .int32, .float, .string, .typed32: store(Int32(0), row)
        case .int64, .uint64, .double, .typed64: store(Int64(0), row)
        }
    }

    /// Gives a column whose values before `row` are all missing a type.
    mutating func become(_ kind: Kind, before row: Int) {
        values.initializeMemory(as: UInt8.self, repeating: 0, count: row * Self.stride)
        self.kind = kind
    }
}

// MARK: Integers that may become reals

extension CSVSlot {
    @inline(__always)
    mutating func storeInteger(_ value: Int64, _ row: Int, isNegative: @autoclosure () -> Bool) {
        store(value, row)
        if value < 0 { hasNegative = true }
        if value == 0 && isNegative() { hasNegativeZero = true }
        if value.magnitude > 1 << 53 { noteLarge(value.magnitude) }
    }

    /// Stores an integer beyond those that were read until now; false where one of them was negative.
    mutating func storeLarge(_ value: UInt64, _ row: Int) -> Bool {
        // A non-negative integer has the same bits in both types.
        if hasNegative { return false }
        kind = .uint64
        store(value, row)
        noteLarge(value)
        return true
    }

    private mutating func noteLarge(_ magnitude: UInt64) {
        if !hasInexact && DecimalParser.double(equalTo: magnitude) == nil { hasInexact = true }
    }

    /// Stores a real among integers, which become the reals that they equal; false where one of them equals none.
    mutating func storeReal(_ value: Double, _ row: Int) -> Bool {
        if hasInexact { return false }
        // Those of earlier blocks are out of reach.
        if hasNegativeZero || kind == .uint64 { readAgain = .double }
        for index in 0..<row {
            let value = values.loadUnaligned(fromByteOffset: index * Self.stride, as: Int64.self)
            store(Double(value), index)
        }
        kind = .double
        store(value, row)
        return true
    }
}
