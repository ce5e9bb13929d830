import DirDB

/// Collects what a reader's slot holds, block by block, into a column.
struct CSVColumnBuilder {
    private var count = 0
    private var kind = CSVSlot.Kind.unknown
    private var type = ColumnType.string
    // One of them is in use.
    private var bools: [Bool] = []
    private var int32s: [Int32] = []
    private var int64s: [Int64] = []
    private var floats: [Float] = []
    private var doubles: [Double] = []
    /// Empty as long as nothing is missing.
    private var validity: [Bool] = []
    private let expectedCount: Int

    /// - Parameter expectedCount: A guess at the number of rows.
    init(expectedCount: Int) {
        self.expectedCount = expectedCount
    }

    /// Appends the values of the first rows of a slot.
    mutating func append(_ slot: CSVSlot, rows: Int) {
        follow(slot.kind)
        type = slot.type
        switch kind {
        case .unknown, .ignored: break
        case .bool: Self.append(slot, rows, to: &bools)
        case .int32, .string, .typed32: Self.append(slot, rows, to: &int32s)
        case .int64, .uint64, .typed64: Self.append(slot, rows, to: &int64s)
        case .float: Self.append(slot, rows, to: &floats)
        case .double: Self.append(slot, rows, to: &doubles)
        }
        if slot.hasMissing && validity.isEmpty {
            validity.reserveCapacity(expectedCount)
            validity.append(contentsOf: repeatElement(true, count: count))
        }
        if slot.hasMissing || !validity.isEmpty {
            validity.append(contentsOf: UnsafeBufferPointer(start: slot.validity, count: rows))
        }
        count += rows
    }

    /// The column.
    /// - Returns: The code of a string that is not UTF-8 as the failure, where there is one.
    mutating func finish(
        _ name: String, _ strings: StringDictionaryBuilder
    ) -> Result<Column, StringDictionaryBuilder.InvalidString> {
        // No field at all fits every type.
        if kind == .unknown || kind == .ignored { follow(.string) }
        let validity = validity.isEmpty ? nil : validity
        func column(_ values: Column.Values) -> Column {
            Column(unchecked: name, values, validity: validity, logicalType: type.logicalType)
        }
        switch kind {
        case .bool: return .success(column(.bool(bools)))
        case .int32, .typed32: return .success(column(.int32(int32s)))
        case .int64, .uint64, .typed64: return .success(column(.int64(int64s)))
        case .float: return .success(column(.float(floats)))
        case .double: return .success(column(.double(doubles)))
        case .string, .unknown, .ignored:
            return strings.finishValidating().map { dictionary in
                let strings = StringColumn(unchecked: int32s, dictionary)
                return Column(unchecked: name, .string(strings), validity: validity)
            }
        }
    }

    /// The first row that has a code.
    func row(ofCode code: Int32) -> Int {
        int32s.indices.first { int32s[$0] == code && (validity.isEmpty || validity[$0]) } ?? 0
    }

    private mutating func follow(_ kind: CSVSlot.Kind) {
        guard kind != self.kind else { return }
        // Before the first value all were missing; afterwards only integers become reals.
        switch kind {
        case .unknown, .ignored: break
        case .bool: Self.fill(&bools, false, count, expectedCount)
        case .int32, .string, .typed32: Self.fill(&int32s, 0, count, expectedCount)
        // Integers that were read before have the same bits.
        case .uint64 where self.kind == .int64: break
        case .int64, .uint64, .typed64: Self.fill(&int64s, 0, count, expectedCount)
        case .float: Self.fill(&floats, 0, count, expectedCount)
        case .double:
            doubles.reserveCapacity(max(count, expectedCount))
            doubles.append(contentsOf: int64s.lazy.map(Double.init))
            doubles.append(contentsOf: repeatElement(0, count: count - int64s.count))
            int64s = []
        }
        self.kind = kind
    }

    private static func fill<Value>(_ values: inout [Value], _ zero: Value, _ count: Int, _ capacity: Int) {
        values.reserveCapacity(max(count, capacity))
        values.append(contentsOf: repeatElement(zero, count: count))
    }

    private static func append<Value: BitwiseCopyable>(_ slot: CSVSlot, _ rows: Int, to values: inout [Value])
    {
        let source = slot.values.assumingMemoryBound(to: Value.self)
        values.append(contentsOf: UnsafeBufferPointer(start: source, count: rows))
    }
}
