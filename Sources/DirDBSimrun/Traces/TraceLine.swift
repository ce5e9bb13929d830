import DirDB
import DirDBDumpers

/// One line of numbers, separated by white space: a time, then voltages.
enum TraceLine {
    enum Outcome {
        /// As many numbers as expected.
        case complete
        /// Fewer numbers than expected.
        case tooFew(Int)
        /// Another number where the line should end.
        case tooMany
        /// Something that is no number.
        case notANumber(UnsafePointer<UInt8>)
    }

    /// Reads the time at the start of a line.
    ///
    /// - Parameters:
    ///   - cursor: The line's first byte; then behind the time and its tab.
    ///   - end: Behind the last byte that may be read.
    ///   - path: The file, for messages.
    ///   - line: The number of the line, for messages.
    /// - Returns: The time; nil for a blank line.
    /// - Throws: `.damagedData` when there is something else.
    static func time(
        _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ path: String, _ line: Int
    ) throws(DirDBError) -> Double? {
        while cursor < end && isBlank(cursor.pointee) { cursor += 1 }
        if cursor == end || cursor.pointee == UInt8(ascii: "\n") { return nil }
        guard let (value, behind) = number(cursor, end) else { throw malformed(path, line, cursor, end) }
        cursor = behind < end && behind.pointee == UInt8(ascii: "\t") ? behind + 1 : behind
        return value
    }

    /// Reads the numbers of a line, or of the rest of one.
    ///
    /// - Parameters:
    ///   - cursor: Where they begin; then behind the line feed.
    ///   - end: Behind the last byte that may be read.
    ///   - target: Where the first number goes.
    ///   - stride: How far apart they go.
    ///   - count: How many there should be.
    /// - Returns: Whether there were as many.
    @inline(__always)
    static func parse(
        _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        into target: UnsafeMutablePointer<Double>, stride: Int, count: Int
    ) -> Outcome {
        // As the simulation writes lines: one tab between two numbers, a line feed behind the last.
        let usual = DecimalParser.usualDoubles(
            &cursor, end, into: target, stride: stride, count: count, separator: UInt8(ascii: "\t"),
            terminator: UInt8(ascii: "\n"))
        if usual == count { return .complete }
        return parseAny(&cursor, end, into: target, stride: stride, count: count, known: usual)
    }

    @inline(never)
    private static func parseAny(
        _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        into target: UnsafeMutablePointer<Double>, stride: Int, count: Int, known: Int
    ) -> Outcome {
        var next = cursor
        var found = known
        while true {
            while next < end && isBlank(next.pointee) { next += 1 }
            if next == end || next.pointee == UInt8(ascii: "\n") { break }
            if found == count { return .tooMany }
            guard let (value, behind) = number(next, end) else { return .notANumber(next) }
            target[found * stride] = value
            next = behind
            found += 1
        }
        cursor = next < end ? next + 1 : next
        return found == count ? .complete : .tooFew(found)
    }

    /// The number at a place, with white space or the end behind it.
    private static func number(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        if let found = DecimalParser.double(start, end), isEnd(found.next, end) { return found }
        return notFinite(start, end)
    }

    static func malformed(
        _ path: String, _ line: Int, _ place: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> DirDBError {
        .malformed(path, line: line, expected: "a number", found: token(place, end))
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r")
    }

    @inline(__always)
    private static func isEnd(_ next: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        next == end || isBlank(next.pointee) || next.pointee == UInt8(ascii: "\n")
    }

    /// The token at a place, at most so much of it as a message should show.
    private static func token(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
        var next = start
        while !isEnd(next, end) && next - start < 40 { next += 1 }
        return String(decoding: UnsafeBufferPointer(start: start, count: next - start), as: UTF8.self)
    }

    /// `nan`, `inf`, `infinity` in small or large letters, perhaps with a sign.
    private static func notFinite(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        var next = start
        while !isEnd(next, end) && next - start < 10 { next += 1 }
        guard isEnd(next, end) else { return nil }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: next - start), as: UTF8.self)
        switch text.lowercased() {
        case "nan", "+nan", "-nan": return (.nan, next)
        case "inf", "+inf", "infinity", "+infinity": return (.infinity, next)
        case "-inf", "-infinity": return (-.infinity, next)
        default: return nil
        }
    }
}
