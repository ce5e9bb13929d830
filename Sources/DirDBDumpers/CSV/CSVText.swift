import DirDB

/// The text of a csv file, and how to find the ends of its fields.
///
/// The memory must outlive the value.
struct CSVText {
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let options: CSVDumper
    let path: String
    let delimiter: UInt8
    /// The length of the byte order mark before ``start``.
    private let markLength: Int

    static let quote = UInt8(ascii: "\"")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Nil where there is no text at all.
    init?(_ bytes: UnsafeRawBufferPointer, _ options: CSVDumper, path: String) {
        let text = bytes.bindMemory(to: UInt8.self)
        guard let base = text.baseAddress, text.count > 0 else { return nil }
        markLength = text.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        start = base + markLength
        end = base + text.count
        self.options = options
        self.path = path
        delimiter = (options.delimiter ?? Self.delimiter(start, end)).rawValue
    }

    /// The delimiter that is most frequent in the first line, outside of quotes; the comma before the others.
    private static func delimiter(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> CSVDumper.Delimiter {
        var counts = [0, 0, 0]
        var isQuoted = false
        var next = start
        // Empty lines before the first are skipped.
        while next < end && (next.pointee == UInt8(ascii: "\n") || next.pointee == UInt8(ascii: "\r")) {
            next += 1
        }
        while next < end {
            let byte = next.pointee
            if byte == quote { isQuoted.toggle() }
            if !isQuoted {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
                for (place, delimiter) in CSVDumper.Delimiter.allCases.enumerated()
                where byte == delimiter.rawValue {
                    counts[place] += 1
                }
            }
            next += 1
        }
        let most = counts.max() ?? 0
        return CSVDumper.Delimiter.allCases[counts.firstIndex(of: most) ?? 0]
    }

    @inline(__always)
    func isLineEnd(_ place: UnsafePointer<UInt8>) -> Bool {
        place.pointee == UInt8(ascii: "\n") || place.pointee == UInt8(ascii: "\r")
    }

    /// Whether a field that was read up to here ends here.
    @inline(__always)
    func isFieldEnd(_ place: UnsafePointer<UInt8>) -> Bool {
        place == end || place.pointee == delimiter || isLineEnd(place)
    }

    /// Behind the end of a line.
    @inline(__always)
    func skipLineEnd(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if place == end { return place }
        let next = place + 1
        let isPair = place.pointee == UInt8(ascii: "\r") && next < end && next.pointee == UInt8(ascii: "\n")
        return isPair ? next + 1 : next
    }

    /// The end of a field that is not quoted; a quote within is an ordinary character.
    @inline(__always)
    func endOfPlainField(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var next = start
        while !isFieldEnd(next) { next += 1 }
        return next
    }

    /// The byte order mark, or nothing.
    var mark: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start - markLength, count: markLength) }

    /// The number of a line, the first being 1.
    func line(_ place: UnsafePointer<UInt8>) -> Int {
        var count = 1
        var next = start
        while next < place {
            if isLineEnd(next) {
                count += 1
                next = skipLineEnd(next)
            } else {
                next += 1
            }
        }
        return count
    }
}

// MARK: Fields

extension CSVText {
    /// A field in any form.
    struct Field {
        /// The text, within the quotes if there are some.
        let text: UnsafeBufferPointer<UInt8>
        let isQuoted: Bool
        /// Whether quotes within are doubled.
        let hasDoubledQuotes: Bool
        /// The delimiter, the end of the line, or that of the text.
        let end: UnsafePointer<UInt8>

        /// The text with quotes as they were meant.
        var bytes: [UInt8] {
            if !hasDoubledQuotes { return Array(text) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count)
            var rest = text[...]
            while let quote = rest.firstIndex(of: CSVText.quote) {
                bytes.append(contentsOf: rest[...quote])
                rest = rest[quote...].dropFirst(2)
            }
            bytes.append(contentsOf: rest)
            return bytes
        }
    }

    /// Why a field has no end.
    enum FieldProblem: Error {
        case unfinishedQuote
        case textBehindQuote
    }

    func field(_ start: UnsafePointer<UInt8>) throws(FieldProblem) -> Field {
        guard start < end, start.pointee == Self.quote else {
            let next = endOfPlainField(start)
            return Field(
                text: UnsafeBufferPointer(start: start, count: next - start), isQuoted: false,
                hasDoubledQuotes: false, end: next)
        }
        var next = start + 1
        var hasDoubledQuotes = false
        while true {
            while next < end && next.pointee != Self.quote { next += 1 }
            if next == end { throw .unfinishedQuote }
            if next + 1 == end || next[1] != Self.quote { break }
            hasDoubledQuotes = true
            next += 2
        }
        if !isFieldEnd(next + 1) { throw .textBehindQuote }
        return Field(
            text: UnsafeBufferPointer(start: start + 1, count: next - start - 1), isQuoted: true,
            hasDoubledQuotes: hasDoubledQuotes, end: next + 1)
    }

    /// The fields of the first line that is not empty, where it starts, and what follows it.
    ///
    /// A text of empty lines alone has no columns if they are names, and one if they are rows.
    func firstLine() throws(DirDBError) -> (
        fields: [Field], start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>
    ) {
        var fields: [Field] = []
        var first = start
        while first < end && isLineEnd(first) { first = skipLineEnd(first) }
        if first == end && (options.hasHeader || start == end) { return ([], end, end) }
        var next = first
        while true {
            let field: Field
            do { field = try self.field(next) } catch { throw .csv(error, path, line: line(next)) }
            fields.append(field)
            if field.end == end || isLineEnd(field.end) { return (fields, first, skipLineEnd(field.end)) }
            next = field.end + 1
        }
    }

    /// The number of bytes, from the file's begin on, in lines that are followed by others.
    ///
    /// Up to something damaged, that included, for whoever reads these lines to find.
    var wholeLines: Int {
        var (line, next) = (start, start)
        do throws(FieldProblem) {
            while next < end {
                next = try field(next).end
                if next == end { break }
                let isEnd = isLineEnd(next)
                next = isEnd ? skipLineEnd(next) : next + 1
                if isEnd { line = next }
            }
        } catch {
            if error == .textBehindQuote { line = end }
        }
        return line - start + (line > start ? markLength : 0)
    }
}
