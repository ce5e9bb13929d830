import ComplexModule
import DirDB

/// The writer of pickles, in protocol 4, which Python reads from 3.4 on.
///
/// Small pieces are collected; long texts, bytes and the elements of arrays go to the file from where they lie.
/// There are no frames, which only help a reader from a stream. Shared parts are written each time; only numpy's
/// class, dtypes and short keys, which rows of dicts repeat, are memoized.
struct Pickler {
    private var buffer: [UInt8] = [PickleOpcode.proto.rawValue, 4]

    /// What can be referred to by its number.
    private enum Known: Hashable {
        case ndarray
        case dtype(String)
        case key(String)
    }

    private var memo: [Known: UInt8] = [:]

    private static let bufferSize = 1 << 16
    /// As many items Python's own pickler adds at a time.
    private static let batch = 1000

    /// Writes a value and the end of the pickle.
    /// - Throws: `.invalidArgument` for a value that Python cannot have; ``DirDBError`` when writing fails.
    mutating func finish(_ value: PickleValue, to sink: inout DataSink) throws(DirDBError) {
        try write(value, depth: 0, to: &sink)
        try finish(to: &sink)
    }

    /// Writes an array and the end of the pickle.
    /// - Throws: ``DirDBError`` when writing fails.
    mutating func finish(_ array: some NumpyArray, to sink: inout DataSink) throws(DirDBError) {
        try write(array, to: &sink)
        try finish(to: &sink)
    }

    private mutating func finish(to sink: inout DataSink) throws(DirDBError) {
        add(.stop)
        try flush(to: &sink)
    }

    // MARK: Values

    private mutating func write(
        _ value: PickleValue, depth: Int, to sink: inout DataSink
    ) throws(DirDBError) {
        if buffer.count >= Self.bufferSize { try flush(to: &sink) }
        switch value {
        case .none: add(.none)
        case .bool(let value): add(value ? .newTrue : .newFalse)
        case .int(let value): add(value)
        case .double(let value): add(value)
        case .complex(let value):
            addGlobal("builtins", "complex")
            add(value.rawStorage.x)
            add(value.rawStorage.y)
            add(.tuple2)
            add(.reduce)
        case .string(var value):
            let result = value.withUTF8 { utf8 in
                Result { () throws(DirDBError) in
                    try add(
                        UnsafeRawBufferPointer(utf8), .shortBinUnicode, .binUnicode, .binUnicode8, to: &sink)
                }
            }
            try result.get()
        case .bytes(let value):
            try value.withUnsafeBufferPointer { (bytes) throws(DirDBError) in
                try add(UnsafeRawBufferPointer(bytes), to: &sink)
            }
        case .array(let array): try write(array, to: &sink)
        default: try write(container: value, depth: depth, to: &sink)
        }
    }

    private mutating func write(
        container: PickleValue, depth: Int, to sink: inout DataSink
    ) throws(DirDBError) {
        guard depth < Unpickler.maximalDepth else {
            throw .unpicklable(
                "it is nested deeper than \(Unpickler.maximalDepth)", remedy: "make it flatter")
        }
        switch container {
        case .list(let elements):
            add(.emptyList)
            try write(elements, .appends, depth, to: &sink)
        case .set(let elements):
            try requireHashable(elements)
            add(.emptySet)
            try write(elements, .addItems, depth, to: &sink)
        case .frozenSet(let elements):
            try requireHashable(elements)
            add(.mark)
            for element in elements { try write(element, depth: depth + 1, to: &sink) }
            add(.frozenSet)
        case .tuple(let elements):
            if elements.isEmpty { return add(.emptyTuple) }
            if elements.count > 3 { add(.mark) }
            for element in elements { try write(element, depth: depth + 1, to: &sink) }
            add(elements.count > 3 ? .tuple : [.tuple1, .tuple2, .tuple3][elements.count - 1])
        case .dict(let pairs): try write(pairs, depth, to: &sink)
        default: break
        }
    }

    private mutating func write(
        _ elements: [PickleValue], _ opcode: PickleOpcode, _ depth: Int, to sink: inout DataSink
    ) throws(DirDBError) {
        for start in stride(from: 0, to: elements.count, by: Self.batch) {
            add(.mark)
            for element in elements[start..<min(start + Self.batch, elements.count)] {
                try write(element, depth: depth + 1, to: &sink)
            }
            add(opcode)
        }
    }

    private mutating func write(
        _ pairs: [PickleValue.Pair], _ depth: Int, to sink: inout DataSink
    ) throws(DirDBError) {
        add(.emptyDict)
        for start in stride(from: 0, to: pairs.count, by: Self.batch) {
            add(.mark)
            for pair in pairs[start..<min(start + Self.batch, pairs.count)] {
                try requireHashable([pair.key])
                try write(key: pair.key, depth: depth + 1, to: &sink)
                try write(pair.value, depth: depth + 1, to: &sink)
            }
            add(.setItems)
        }
    }

    // A byte numbers these and all that arrays need.
    private static let memoizedKeys = 200

    private mutating func write(
        key: PickleValue, depth: Int, to sink: inout DataSink
    ) throws(DirDBError) {
        // Beyond ASCII, strings of different bytes may be equal.
        guard case .string(let text) = key, text.utf8.count <= 32, text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return try write(key, depth: depth, to: &sink)
        }
        if recall(.key(text)) { return }
        try write(key, depth: depth, to: &sink)
        if memo.count < Self.memoizedKeys { memoize(.key(text)) }
    }

    private func requireHashable(_ values: [PickleValue]) throws(DirDBError) {
        guard let value = values.first(where: { !$0.isHashable }) else { return }
        throw .unpicklable(
            "a \(value.kind) can be neither a key nor in a set", remedy: "use a tuple or a string")
    }

    // MARK: Arrays

    /// Writes what every numpy makes into an array of its own, by public names only: an empty array, and its state.
    private mutating func write(_ array: some NumpyArray, to sink: inout DataSink) throws(DirDBError) {
        if !recall(.ndarray) {
            addGlobal("numpy", "ndarray")
            memoize(.ndarray)
        }
        add(.binInt1, UInt8(0))
        add(.tuple1)
        add(.tuple1)
        add(.reduce)
        add(.mark)
        add(.binInt1, UInt8(1))
        add(.mark)
        for length in array.shape { add(Int64(length)) }
        add(.tuple)
        let type = array.typeString
        if !recall(.dtype(type)) {
            addGlobal("numpy", "dtype")
            add(short: type)
            add(.tuple1)
            add(.reduce)
            memoize(.dtype(type))
        }
        add(.newFalse)
        try array.withElements { (elements) throws(DirDBError) in
            try add(UnsafeRawBufferPointer(elements), to: &sink)
        }
        add(.tuple)
        add(.build)
    }

    // MARK: Bytes

    private mutating func flush(to sink: inout DataSink) throws(DirDBError) {
        try sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ opcode: PickleOpcode) {
        buffer.append(opcode.rawValue)
    }

    private mutating func add<Number: FixedWidthInteger>(_ opcode: PickleOpcode, _ number: Number) {
        add(opcode)
        withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
    }

    /// Refers to what was written under this name; false when nothing was.
    private mutating func recall(_ name: Known) -> Bool {
        guard let number = memo[name] else { return false }
        add(.binGet, number)
        return true
    }

    /// Remembers what was written last.
    private mutating func memoize(_ name: Known) {
        memo[name] = UInt8(truncatingIfNeeded: memo.count)
        add(.memoize)
    }

    private mutating func add(_ value: Int64) {
        if let value = UInt8(exactly: value) {
            add(.binInt1, value)
        } else if let value = UInt16(exactly: value) {
            add(.binInt2, value)
        } else if let value = Int32(exactly: value) {
            add(.binInt, value)
        } else {
            add(.long1, UInt8(8))
            withUnsafeBytes(of: value.littleEndian) { buffer.append(contentsOf: $0) }
        }
    }

    private mutating func add(_ value: Double) {
        add(.binFloat, value.bitPattern.byteSwapped)
    }

    private mutating func add(short text: String) {
        add(.shortBinUnicode, UInt8(truncatingIfNeeded: text.utf8.count))
        buffer.append(contentsOf: text.utf8)
    }

    private mutating func addGlobal(_ module: String, _ name: String) {
        add(short: module)
        add(short: name)
        add(.stackGlobal)
    }

    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, _ short: PickleOpcode = .shortBinBytes,
        _ medium: PickleOpcode = .binBytes, _ long: PickleOpcode = .binBytes8, to sink: inout DataSink
    ) throws(DirDBError) {
        if let count = UInt8(exactly: bytes.count) {
            add(short, count)
        } else if let count = UInt32(exactly: bytes.count) {
            add(medium, count)
        } else {
            add(long, UInt64(bytes.count))
        }
        if bytes.count < Self.bufferSize {
            buffer.append(contentsOf: bytes)
        } else {
            try flush(to: &sink)
            try sink.write(bytes)
        }
    }
}
