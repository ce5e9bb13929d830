import DirDBDumpers

/// One line of numbers, separated by white space.
enum TraceLine {
    enum Outcome {
        /// As many numbers as expected.
        case complete
        /// Nothing but white space.
        case blank
        /// Fewer numbers than expected.
        case tooFew(Int)
        /// Another number where the line should end.
        case tooMany
        /// Something that is no number.
        case notANumber(UnsafePointer<UInt8>)
    }

    /// Reads the numbers of a line.
    ///
    /// - Parameters:
    ///   - cursor: The line's first byte; then behind its line feed, or where it went wrong.
    ///   - end: Behind the last byte that may be read.
    ///   - row: Where the numbers go.
    ///   - count: How many there should be.
    ///   - known: How many of them are there already, and their text before the cursor.
    /// - Returns: Whether there were as many.
    @inline(__always)
    static func parse(
        _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        into row: UnsafeMutablePointer<Double>, count: Int, known: Int = 0
    ) -> Outcome {
        var next = cursor
        var found = known
        while true {
            while next < end && isBlank(next.pointee) { next += 1 }
            if next == end || next.pointee == UInt8(ascii: "\n") { break }
            if found == count { return .tooMany }
            if let (value, behind) = DecimalParser.double(next, end), isEnd(behind, end) {
                row[found] = value
                next = behind
            } else if let (value, behind) = notFinite(next, end) {
                row[found] = value
                next = behind
            } else {
                return .notANumber(next)
            }
            found += 1
        }
        cursor = next < end ? next + 1 : next
        return found == count ? .complete : found == 0 ? .blank : .tooFew(found)
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r")
    }

    @inline(__always)
    static func isEnd(_ next: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        next == end || isBlank(next.pointee) || next.pointee == UInt8(ascii: "\n")
    }

    /// The token at a place, at most so much of it as a message should show.
    static func token(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
        var next = start
        while !isEnd(next, end) && next - start < 40 { next += 1 }
        return String(decoding: UnsafeBufferPointer(start: start, count: next - start), as: UTF8.self)
    }

    /// `nan`, `inf`, `infinity` in small or large letters, perhaps with a sign.
    @inline(never)
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
