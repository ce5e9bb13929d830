import Glibc

@testable import DirDB
@testable import DirDBDumpers

/// Any text is refused, or read in every way alike, and what is written of it reads back as the same.
@Sendable func fuzzCSV(_ bytes: [UInt8]) {
    let file = CSVFuzzFile(bytes)
    file.check(CSVDumper(nullTexts: ["NA"]))
    file.check(CSVDumper(delimiter: .semicolon, hasHeader: false))
    numbers(bytes)
}

/// A file of the given content, one and the same for all inputs, without a name.
private struct CSVFuzzFile {
    static let path = "fuzz.csv"
    private static let descriptors: [Int32] = (0..<2).map { _ in
        var name = Array("/tmp/dirdb-fuzz-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        require(descriptor >= 0 && unlink(name) == 0, "no temporary file: errno \(errno)")
        return descriptor
    }

    init(_ bytes: [UInt8]) {
        let written = pwrite(Self.descriptors[0], bytes, bytes.count, 0)
        require(
            written == bytes.count && ftruncate(Self.descriptors[0], bytes.count) == 0,
            "not written: errno \(errno)")
    }

    private func open(_ number: Int = 0) throws -> DataFile {
        try DataFile(FileDescriptor(dup(Self.descriptors[number])), path: Self.path, format: "csv")
    }

    func check(_ dumper: CSVDumper) {
        do {
            let table = try dumper.load(try open())
            let info = try dumper.inspect(try open())
            require(info.fields.map(\.name) == table.columns.map(\.name), "inspect names other columns")
            require(info.fields.map(\.dtype) == table.columns.map(\.dtype), "inspect names other types")
            let rows = max(1, table.rowCount / 2)
            var read = 0
            try dumper.forEachBatch(rows: rows, of: try open()) { batch in
                let part = try table.rows(read..<read + batch.rowCount)
                require(same(batch, part), "a batch differs")
                read += batch.rowCount
            }
            require(read == table.rowCount, "\(read) of \(table.rowCount) rows in batches")
            let first = try dumper.loadFirst(rows: rows, of: try open())
            require(first.columns.map(\.name) == table.columns.map(\.name), "other columns in the first rows")
            require(first.rowCount == min(rows, table.rowCount), "\(first.rowCount) first rows")
            try checkWriting(table, dumper)
        } catch {
            guard let error = error as? DirDBError else { fatalError("\(error)") }
            require(
                [.damagedData, .unsupportedFormat].contains(error.code) && error.message.contains(Self.path),
                "\(error)")
        }
    }

    private func checkWriting(_ table: Table, _ dumper: CSVDumper) throws {
        require(
            ftruncate(Self.descriptors[1], 0) == 0 && lseek(Self.descriptors[1], 0, SEEK_SET) == 0,
            "errno \(errno)")
        var sink = DataSink(FileDescriptor(dup(Self.descriptors[1])), path: Self.path, isToBeSynced: false)
        try dumper.dump(table, to: &sink)
        let types = table.columns.map { ($0.name, ColumnType(rawValue: $0.dtype) ?? .string) }
        let typed = CSVDumper(
            delimiter: dumper.delimiter, hasHeader: dumper.hasHeader,
            types: Dictionary(types) { first, _ in first }, nullTexts: dumper.nullTexts)
        require(same(try typed.load(try open(1)), table), "it is written as another table")
    }

    private func same(_ left: Table, _ right: Table) -> Bool {
        guard left.rowCount == right.rowCount, left.columns.count == right.columns.count else { return false }
        return zip(left.columns, right.columns).allSatisfy { left, right in
            guard case .double(let mine) = left.values, case .double(let theirs) = right.values else {
                return left == right
            }
            return left.name == right.name && left.validity == right.validity
                && zip(mine, theirs).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
        }
    }
}

/// The number at the start of any text is that of strtod, which takes some further forms.
private func numbers(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress,
            let (value, next) = DecimalParser.double(start, start + buffer.count)
        else { return }
        let text = String(decoding: buffer[..<(next - start)], as: UTF8.self)
        require(strtod(text, nil).bitPattern == value.bitPattern, "\(text) is read as \(value)")
        guard let (integer, end) = DecimalParser.int64(start, start + buffer.count) else { return }
        let digits = String(decoding: buffer[..<(end - start)], as: UTF8.self)
        require(Int64(digits) == integer, "\(digits) is read as \(integer)")
    }
}
