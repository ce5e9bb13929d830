/// Copies tables of a FlatBuffer into another one, with what they refer to; reads and makes them.
///
/// No offset is believed before it was checked, and no more is written than a sane buffer can hold.
///
/// The format: <https://flatbuffers.dev/internals/>.
struct FlatBufferCopy {
    /// The buffer makes no sense.
    struct Malformed: Error {}

    /// What a field of a table refers to.
    enum Reference {
        case string
        /// A vector of numbers of so many bytes.
        case numbers(Int)
        /// A table, or a vector of tables, which the closure copies from one place to the end of the output.
        case table(Copy)
        case tables(Copy)
        /// Bytes in the place of a string.
        case replaced([UInt8])
        /// Not copied, so that the field is absent.
        case nothing

        typealias Copy = (inout FlatBufferCopy, Int) throws(Malformed) -> Int
    }

    private let source: [UInt8]
    private(set) var output: [UInt8] = []
    private var depth = 0

    // The schema of Arrow nests as deep as its types.
    private static let nestingLimit = 64

    init(_ source: [UInt8]) {
        self.source = source
    }

    // MARK: Reading

    /// The number of so many bytes at a place.
    func number(_ size: Int, at place: Int) throws(Malformed) -> Int {
        guard place >= 0, size <= source.count - place else { throw Malformed() }
        return source[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The place that an offset refers to.
    func target(at place: Int) throws(Malformed) -> Int {
        let target = place + (try number(4, at: place))
        guard target > place, target < source.count else { throw Malformed() }
        return target
    }

    /// Where a field of a table is; nil when it is absent.
    func field(_ slot: Int, of table: Int) throws(Malformed) -> Int? {
        let (layout, layoutSize, size) = try layout(of: table)
        guard 4 + slot * 2 + 2 <= layoutSize else { return nil }
        let offset = try number(2, at: layout + 4 + slot * 2)
        guard offset < size else { throw Malformed() }
        return offset == 0 ? nil : table + offset
    }

    /// The places of a vector's tables.
    func elements(at place: Int) throws(Malformed) -> [Int] {
        let count = try number(4, at: place)
        guard count <= (source.count - place - 4) / 4 else { throw Malformed() }
        var elements: [Int] = []
        for index in 0..<count { elements.append(try target(at: place + 4 + index * 4)) }
        return elements
    }

    func string(at place: Int) throws(Malformed) -> ArraySlice<UInt8> {
        let count = try number(4, at: place)
        guard count <= source.count - place - 4 else { throw Malformed() }
        return source[place + 4..<place + 4 + count]
    }

    /// Where the layout (vtable) of a table is, its size and that of the table.
    private func layout(of table: Int) throws(Malformed) -> (Int, layoutSize: Int, size: Int) {
        let distance = Int(Int32(truncatingIfNeeded: try number(4, at: table)))
        let layout = table - distance
        guard layout >= 0 else { throw Malformed() }
        let (layoutSize, size) = (try number(2, at: layout), try number(2, at: layout + 2))
        guard layoutSize >= 4, layoutSize % 2 == 0, layoutSize <= source.count - layout, size >= 4,
            size <= source.count - table
        else { throw Malformed() }
        return (layout, layoutSize, size)
    }

    // MARK: Writing

    /// Begins the output with the offset of the root table, which `copy` writes.
    mutating func root(_ copy: Reference.Copy) throws(Malformed) {
        output = [0, 0, 0, 0]
        set(try copy(&self, try target(at: 0)), at: 0)
        pad(to: 8)
    }

    /// Copies a table.
    ///
    /// - Parameters:
    ///   - table: Its place.
    ///   - references: What each of its fields refers to; nil for those that hold their value. Further fields are left
    ///     out.
    /// - Returns: The place of the copy.
    /// - Throws: When the table makes no sense.
    mutating func table(_ table: Int, _ references: [Reference?]) throws(Malformed) -> Int {
        guard depth < Self.nestingLimit else { throw Malformed() }
        depth += 1
        defer { depth -= 1 }
        let (layout, layoutSize, size) = try layout(of: table)
        // Numbers in the table stay aligned, to 8 bytes at most.
        while (output.count + layoutSize - table) % 8 != 0 { output.append(0) }
        let layoutCopy = output.count
        output += source[layout..<layout + layoutSize]
        let copy = output.count
        output += source[table..<table + size]
        set(UInt32(layoutSize), at: copy)
        for slot in 0..<(layoutSize - 4) / 2 {
            guard let place = try field(slot, of: table) else { continue }
            let reference = slot < references.count ? references[slot] : .nothing
            guard let reference else { continue }
            let offset = copy + place - table
            if case .nothing = reference {
                output[layoutCopy + 4 + slot * 2] = 0
                output[layoutCopy + 5 + slot * 2] = 0
                continue
            }
            guard place - table <= size - 4 else { throw Malformed() }
            set(try self.copy(target(at: place), reference), at: offset)
        }
        return copy
    }

    /// Writes a vector of tables, each of which `copy` copies.
    mutating func vector(_ tables: [Int], _ copy: Reference.Copy) throws(Malformed) -> Int {
        pad(to: 4)
        let place = output.count
        append(UInt32(tables.count))
        output += [UInt8](repeating: 0, count: tables.count * 4)
        for (index, table) in tables.enumerated() {
            set(try copy(&self, table), at: place + 4 + index * 4)
        }
        return place
    }

    private mutating func copy(_ place: Int, _ reference: Reference) throws(Malformed) -> Int {
        // Tables that share what they refer to could multiply it.
        guard output.count <= 4 * source.count + 1 << 16 else { throw Malformed() }
        switch reference {
        case .string: return append(text: try string(at: place))
        case .replaced(let text): return append(text: text[...])
        case .numbers(let size):
            let count = try number(4, at: place)
            guard count <= (source.count - place - 4) / size else { throw Malformed() }
            while (output.count + 4) % max(4, size) != 0 { output.append(0) }
            let copy = output.count
            output += source[place..<place + 4 + count * size]
            return copy
        case .table(let copy): return try copy(&self, place)
        case .tables(let copy): return try vector(try elements(at: place), copy)
        case .nothing: throw Malformed()
        }
    }

    // MARK: Building

    /// What a table that is made here has.
    indirect enum Value {
        /// A number of at most 32 bits, which takes as many.
        case number(Int)
        case text(String)
        /// A table of these fields; absent ones have their default.
        case table([Value?])
        case tables([[Value?]])
    }

    /// The buffer whose root is a table of these fields, padded to 8 bytes.
    static func buffer(_ fields: [Value?]) -> [UInt8] {
        var made = FlatBufferCopy([])
        made.output = [0, 0, 0, 0]
        made.set(made.append(.table(fields)), at: 0)
        made.pad(to: 8)
        return made.output
    }

    private mutating func append(_ value: Value) -> Int {
        switch value {
        case .number(let number):
            append(UInt32(truncatingIfNeeded: number))
            return output.count - 4
        case .text(let text): return append(text: Array(text.utf8)[...])
        case .tables(let tables):
            pad(to: 4)
            let place = output.count
            append(UInt32(tables.count))
            output += [UInt8](repeating: 0, count: tables.count * 4)
            for (index, fields) in tables.enumerated() {
                set(append(.table(fields)), at: place + 4 + index * 4)
            }
            return place
        case .table(let fields):
            let layoutSize = 4 + 2 * fields.count
            while (output.count + layoutSize) % 4 != 0 { output.append(0) }
            let present = fields.compactMap(\.self)
            var offset = 4
            for size in [layoutSize, 4 + 4 * present.count] { append(UInt16(size)) }
            for field in fields {
                append(field == nil ? 0 : UInt16(offset))
                if field != nil { offset += 4 }
            }
            let table = output.count
            append(UInt32(layoutSize))
            var references: [(place: Int, value: Value)] = []
            for field in present {
                if case .number = field {
                    _ = append(field)
                } else {
                    references.append((output.count, field))
                    append(UInt32(0))
                }
            }
            for (place, value) in references { set(append(value), at: place) }
            return table
        }
    }

    private mutating func append(_ value: UInt16) {
        for byte in 0..<2 { output.append(UInt8(truncatingIfNeeded: value >> UInt16(8 * byte))) }
    }

    private mutating func append(text: ArraySlice<UInt8>) -> Int {
        pad(to: 4)
        let place = output.count
        append(UInt32(text.count))
        output += text
        output.append(0)
        return place
    }

    private mutating func pad(to size: Int) {
        while output.count % size != 0 { output.append(0) }
    }

    private mutating func append(_ value: UInt32) {
        for byte in 0..<4 { output.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
    }

    private mutating func set(_ target: Int, at place: Int) {
        set(UInt32(truncatingIfNeeded: target - place), at: place)
    }

    private mutating func set(_ value: UInt32, at place: Int) {
        for byte in 0..<4 { output[place + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }
}
