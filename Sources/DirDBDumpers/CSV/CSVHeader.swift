import DirDB

/// The columns of a csv text: their names and what is known of their types.
struct CSVHeader {
    let names: [String]
    /// For each column what the user said of it.
    let expected: [CSVSlot.Expectation]
    /// Where the first line begins that is not empty.
    let start: UnsafePointer<UInt8>
    /// Where the rows begin.
    let rows: UnsafePointer<UInt8>

    /// - Throws: `.damagedData` for a quote that does not end; `.unsupportedFormat` for names that are not UTF-8 or not
    ///   distinct, and what is not a table; `.invalidArgument`
    ///   when a type or the index is given for a column that is not there.
    init(_ text: CSVText) throws(DirDBError) {
        let options = text.options
        // What a spreadsheet calls Unicode text.
        if text.end - text.start >= 2 && text.start[0] ^ text.start[1] == 1 && text.start[0] >= 0xFE {
            throw .csvNoUTF8("its text", text.path)
        }
        let first = try text.firstLine()
        var names: [String] = []
        names.reserveCapacity(first.fields.count)
        for (column, field) in first.fields.enumerated() {
            if options.hasHeader {
                guard let name = String(validating: field.bytes, as: UTF8.self) else {
                    throw .csvNoUTF8("the name of its column \(column + 1)", text.path)
                }
                names.append(name)
            } else {
                names.append("\(column)")
            }
        }
        try Self.checkDistinct(names, text.path)
        try Self.check(options, names, text.path)
        self.names = names
        expected = names.map { name in options.types[name].map { .given($0) } ?? .any }
        start = first.start
        // Of one column the empty lines before it are rows too.
        rows = options.hasHeader ? first.next : names.count == 1 ? text.start : first.start
    }

    private static func checkDistinct(_ names: [String], _ path: String) throws(DirDBError) {
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(Array(name.utf8)).inserted { throw .csvRepeatedName(name, path) }
    }

    private static func check(_ options: CSVDumper, _ names: [String], _ path: String) throws(DirDBError) {
        let wanted = options.types.keys.sorted() + (options.index.map { [$0] } ?? [])
        for name in wanted where !names.contains(name) { throw .csvMissingColumn(name, path) }
    }
}
