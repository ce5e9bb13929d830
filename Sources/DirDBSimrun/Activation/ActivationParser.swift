import DirDB
import DirDBDumpers

/// Takes lines of activations apart, without a copy of anything but numbers and distinct texts.
///
/// A line: fields that end with a tab, then times, each of which ends with a comma, then the end of the line.
struct ActivationParser {
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private let path: String
    private let firstLine: Int
    /// Lines that were read.
    private var row = 0

    init(_ start: UnsafePointer<UInt8>, _ count: Int, path: String, firstLine: Int) {
        next = start
        end = start + count
        self.path = path
        self.firstLine = firstLine
    }

    var isAtEnd: Bool { next >= end }

    /// A line of a file of synapses.
    mutating func synapse(_ rows: inout ActivationRows) throws(DirDBError) {
        let place = rows.rowCount
        rows.types.start[place] = try text(&rows.typeNames, field: 1, rows.kind)
        rows.ids.start[place] = try integer(field: 2, rows.kind)
        rows.distances.start[place] = try real(field: 3, rows.kind)
        rows.sections.start[place] = try integer(field: 4, rows.kind)
        rows.points.start[place] = try integer(field: 5, rows.kind)
        rows.labels.start[place] = try text(&rows.labelNames, field: 6, rows.kind)
        try times(&rows, place)
    }

    /// A line of a file of presynaptic cells.
    mutating func cell(_ rows: inout ActivationRows) throws(DirDBError) {
        let place = rows.rowCount
        rows.types.start[place] = try text(&rows.typeNames, field: 1, rows.kind)
        rows.ids.start[place] = try integer(field: 2, rows.kind)
        try times(&rows, place)
    }

    // MARK: Times

    private mutating func times(_ rows: inout ActivationRows, _ place: Int) throws(DirDBError) {
        let first = rows.timeCount
        var count = first
        let target = rows.times.start
        count += DecimalParser.usualDoubles(
            &next, end, into: target + count, count: end - next, separator: UInt8(ascii: ","),
            terminator: UInt8(ascii: ","))
        while next < end {
            let byte = next.pointee
            if byte == UInt8(ascii: "\n") { break }
            if byte == UInt8(ascii: "\r") {
                guard next + 1 == end || next[1] == UInt8(ascii: "\n") else { break }
                next += 1
                break
            }
            guard let (value, after) = Self.double(next, end), after < end,
                after.pointee == UInt8(ascii: ",")
            else { throw malformedTime(rows.kind, count - first) }
            target[count] = value
            count += 1
            next = after + 1
        }
        if next < end {
            guard next.pointee == UInt8(ascii: "\n") else { throw malformedTime(rows.kind, count - first) }
            next += 1
        }
        rows.timeCount = count
        rows.widest = max(rows.widest, count - first)
        rows.timeEnds.start[place] = count
        row += 1
    }

    private func malformedTime(_ kind: ActivationKind, _ number: Int) -> DirDBError {
        .malformed(
            path, line: firstLine + row,
            expected: "as time \(number) a number with a comma behind it", found: Self.quoted(next, end))
    }

    // MARK: Fields

    private mutating func integer(field: Int, _ kind: ActivationKind) throws(DirDBError) -> Int64 {
        guard let (value, after) = DecimalParser.int64(next, end), after < end,
            after.pointee == UInt8(ascii: "\t")
        else { throw malformedField(field, "an integer of 64 bits", kind) }
        next = after + 1
        return value
    }

    private mutating func real(field: Int, _ kind: ActivationKind) throws(DirDBError) -> Double {
        guard let (value, after) = Self.double(next, end), after < end,
            after.pointee == UInt8(ascii: "\t")
        else { throw malformedField(field, "a number", kind) }
        next = after + 1
        return value
    }

    @inline(__always)
    private mutating func text(
        _ names: inout ActivationTexts, field: Int, _ kind: ActivationKind
    ) throws(DirDBError) -> Int32 {
        if let (count, code) = names.known(next, end) {
            next += count + 1
            return code
        }
        return try newText(&names, field: field, kind)
    }

    private mutating func newText(
        _ names: inout ActivationTexts, field: Int, _ kind: ActivationKind
    ) throws(DirDBError) -> Int32 {
        var tab = next
        while tab < end && tab.pointee != UInt8(ascii: "\t") && tab.pointee != UInt8(ascii: "\n") { tab += 1 }
        guard tab < end, tab.pointee == UInt8(ascii: "\t") else {
            throw malformedField(field, "a text with a tab behind it", kind)
        }
        let bytes = UnsafeBufferPointer(start: next, count: tab - next)
        guard let code = names.code(of: bytes) else { throw malformedField(field, "text in UTF-8", kind) }
        next = tab + 1
        return code
    }

    private func malformedField(
        _ field: Int, _ expected: String, _ kind: ActivationKind
    ) -> DirDBError {
        .malformed(
            path, line: firstLine + row,
            expected: "\(kind.line), separated by tabs, with \(expected) as field \(field)",
            found: Self.quoted(next, end))
    }

    /// The start of what is there, for a message.
    private static func quoted(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
        var stop = start
        while stop < end, stop - start < 40, stop.pointee != UInt8(ascii: "\n"),
            stop.pointee != UInt8(ascii: "\t")
        {
            stop += 1
        }
        if stop == start { return start == end ? "the end of the file" : "nothing" }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: stop - start), as: UTF8.self)
        return text.debugDescription
    }
}

// MARK: Numbers

extension ActivationParser {
    /// A number, or one of the words for numbers that are none.
    @inline(__always)
    static func double(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        if let found = DecimalParser.double(start, end) { return found }
        return word(start, end)
    }

    private static func word(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        var next = start
        guard next < end else { return nil }
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative || next.pointee == UInt8(ascii: "+") { next += 1 }
        for (word, value) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)] {
            let length = word.utf8.count
            guard end - next >= length else { continue }
            let found = UnsafeBufferPointer(start: next, count: length)
            if found.elementsEqual(word.utf8, by: { $0 | 0x20 == $1 }) {
                return (isNegative ? -value : value, next + length)
            }
        }
        return nil
    }
}
