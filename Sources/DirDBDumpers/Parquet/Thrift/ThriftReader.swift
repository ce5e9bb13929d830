/// Reads Thrift's compact protocol, in which Parquet keeps its footer and page headers.
///
/// The protocol is described in thrift-compact-protocol.md of Apache Thrift. Every length is checked against the
/// bytes that are left.
struct ThriftReader {
    /// The head of a field of a struct.
    struct Field {
        let id: Int16
        let type: UInt8
    }

    enum WireType {
        static let isTrue: UInt8 = 1
        static let isFalse: UInt8 = 2
        static let byte: UInt8 = 3
        static let int16: UInt8 = 4
        static let int32: UInt8 = 5
        static let int64: UInt8 = 6
        static let double: UInt8 = 7
        static let binary: UInt8 = 8
        static let list: UInt8 = 9
        static let set: UInt8 = 10
        static let map: UInt8 = 11
        static let structure: UInt8 = 12
        static let uuid: UInt8 = 13
    }

    // Parquet's own structures nest to 6.
    private static let nestingLimit = 32

    private let bytes: UnsafeRawBufferPointer
    /// How many bytes were read.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next field of a struct that is read, nil at its end; `lastID` is the number of the field before, 0 at first.
    ///
    /// Fields that the layout has not, or with another type, are skipped, as readers that Thrift generates do.
    mutating func nextField(_ lastID: inout Int16, of layout: ThriftLayout) throws(ParquetFailure) -> Field? {
        while let field = try nextField(&lastID) {
            if let kind = layout[field.id], try isValue(field, of: kind) { return field }
            try skip(field)
        }
        return nil
    }

    private func isValue(_ field: Field, of kind: ThriftLayout.Kind) throws(ParquetFailure) -> Bool {
        switch kind {
        case .bool: return field.type == WireType.isTrue || field.type == WireType.isFalse
        case .int32: return field.type == WireType.int32
        case .int64: return field.type == WireType.int64
        case .binary: return field.type == WireType.binary
        case .structure: return field.type == WireType.structure
        case .structures:
            if field.type != WireType.list { return false }
            var ahead = self
            let (count, type) = try ahead.listHead()
            return type == WireType.structure || count == 0
        }
    }

    /// The next field of a struct, nil at its end; `lastID` is the number of the field before, 0 at first.
    mutating func nextField(_ lastID: inout Int16) throws(ParquetFailure) -> Field? {
        let head = try byte()
        let type = head & 0x0F
        if type == 0 { return nil }
        let delta = Int16(head >> 4)
        if delta == 0 {
            guard let id = Int16(exactly: try zigzag()) else { throw Self.malformed }
            lastID = id
        } else {
            let (id, overflow) = lastID.addingReportingOverflow(delta)
            if overflow { throw Self.malformed }
            lastID = id
        }
        return Field(id: lastID, type: type)
    }

    func bool(_ field: Field) -> Bool { field.type == WireType.isTrue }

    mutating func int64(_ field: Field) throws(ParquetFailure) -> Int64 {
        switch field.type {
        case WireType.int16, WireType.int32, WireType.int64: return try zigzag()
        case WireType.byte: return Int64(Int8(bitPattern: try byte()))
        default: throw Self.malformed
        }
    }

    mutating func int32(_ field: Field) throws(ParquetFailure) -> Int32 {
        guard let value = Int32(exactly: try int64(field)) else { throw Self.malformed }
        return value
    }

    /// A number of things or bytes.
    mutating func count(_ field: Field) throws(ParquetFailure) -> Int {
        guard let value = Int(exactly: try int64(field)), value >= 0 else {
            throw .damaged("a negative number where a size or count must be")
        }
        return value
    }

    /// A number of things or bytes that the format has 32 bits for.
    mutating func count32(_ field: Field) throws(ParquetFailure) -> Int {
        let value = try count(field)
        guard value <= Int32.max else { throw Self.malformed }
        return value
    }

    /// Bytes, where they lie.
    mutating func binary() throws(ParquetFailure) -> UnsafeRawBufferPointer {
        let count = try checkedCount()
        let start = position
        position += count
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    /// A text; nil when the bytes are not UTF-8.
    mutating func string() throws(ParquetFailure) -> String? {
        String(validating: try binary(), as: UTF8.self)
    }

    /// The length of a list of structs, which follow.
    mutating func structCount() throws(ParquetFailure) -> Int {
        try listHead().count
    }

    /// Passes over the value of a field that is of no interest.
    mutating func skip(_ field: Field) throws(ParquetFailure) {
        try skip(field.type, isElement: false, depth: 0)
    }

    private mutating func skip(_ type: UInt8, isElement: Bool, depth: Int) throws(ParquetFailure) {
        guard depth < Self.nestingLimit else { throw .damaged("too deep a nesting") }
        switch type {
        // The value of a field is in its head, that of an element has a byte.
        case WireType.isTrue, WireType.isFalse: if isElement { _ = try byte() }
        case WireType.byte: _ = try byte()
        case WireType.int16, WireType.int32, WireType.int64: _ = try varint()
        case WireType.double: try advance(8)
        case WireType.uuid: try advance(16)
        case WireType.binary: _ = try binary()
        case WireType.list, WireType.set:
            let (count, type) = try listHead()
            for _ in 0..<count { try skip(type, isElement: true, depth: depth + 1) }
        case WireType.map:
            let count = try checkedCount()
            if count == 0 { return }
            let types = try byte()
            for _ in 0..<count {
                try skip(types >> 4, isElement: true, depth: depth + 1)
                try skip(types & 0x0F, isElement: true, depth: depth + 1)
            }
        case WireType.structure:
            var lastID: Int16 = 0
            while let field = try nextField(&lastID) {
                try skip(field.type, isElement: false, depth: depth + 1)
            }
        default: throw Self.malformed
        }
    }
}

// MARK: Pieces

extension ThriftReader {
    private static let malformed = ParquetFailure.damaged("it is no Thrift structure of the expected kind")
    private static let short = ParquetFailure.damaged("it ends in the middle of a Thrift structure")

    private mutating func advance(_ count: Int) throws(ParquetFailure) {
        guard count <= bytes.count - position else { throw Self.short }
        position += count
    }

    private mutating func byte() throws(ParquetFailure) -> UInt8 {
        guard position < bytes.count else { throw Self.short }
        let value = bytes[position]
        position += 1
        return value
    }

    private mutating func varint() throws(ParquetFailure) -> UInt64 { try bytes.varint(&position) }

    private mutating func zigzag() throws(ParquetFailure) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number of elements, each of which takes a byte or more.
    private mutating func checkedCount() throws(ParquetFailure) -> Int {
        guard let count = Int(exactly: try varint()), count <= bytes.count - position else {
            throw Self.short
        }
        return count
    }

    private mutating func listHead() throws(ParquetFailure) -> (count: Int, type: UInt8) {
        let head = try byte()
        let short = Int(head >> 4)
        let count = short == 15 ? try checkedCount() : short
        guard count <= bytes.count - position else { throw Self.short }
        return (count, head & 0x0F)
    }
}

/// The fields of a struct that are read, by their numbers, and their types.
struct ThriftLayout: Sendable {
    enum Kind {
        case bool
        case int32
        case int64
        case binary
        case structure
        /// A list of structs.
        case structures
    }

    private let kinds: [Kind?]

    init(_ fields: [Int: Kind]) {
        kinds = (0...(fields.keys.max() ?? 0)).map { fields[$0] }
    }

    subscript(_ id: Int16) -> Kind? {
        kinds.indices.contains(Int(id)) ? kinds[Int(id)] : nil
    }
}

/// The numbers of the fields that a struct was found to have.
struct ThriftFieldSet {
    private var bits: UInt64 = 0

    mutating func insert(_ id: Int16) {
        if (0..<64).contains(id) { bits |= 1 << UInt64(id) }
    }

    func isSuperset(of ids: [UInt64]) -> Bool {
        ids.allSatisfy { bits >> $0 & 1 == 1 }
    }
}
