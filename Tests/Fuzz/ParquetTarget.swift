@testable import DirDB
@testable import DirDBDumpers

/// Any file is refused, or each column is refused or read, and what was read survives being written.
@Sendable func fuzzParquet(_ bytes: [UInt8]) {
    // A column that repeats one value may hold far more rows than the limit on memory allows for.
    let limits = ReadingLimits(rowsPerByte: 4, expansion: 16, freeBytes: 4096)
    let file = FuzzFile(bytes, format: "parquet")
    let parquet: ParquetFile
    do {
        parquet = try ParquetFile(try file.open(), limits)
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
        return
    }
    do {
        let info = try ParquetDumper().inspect(try file.open())
        require(info.rows == parquet.rowCount && info.fields == parquet.fields, "inspect says otherwise")
    } catch {
        fatalError("what is read is not inspected: \(error)")
    }
    _ = parquet.statistics
    var columns: [Column] = []
    for field in parquet.fields {
        do {
            let table = try parquet.read(columns: [field.name], from: try file.open())
            guard let column = table.columns.first else { fatalError("no column") }
            require(column.count == parquet.rowCount, "another number of rows")
            check(column)
            let isNew = !columns.contains { $0.name.utf8.elementsEqual(column.name.utf8) }
            if isNew && (columns.count + 1) * parquet.rowCount <= 8 * bytes.count { columns.append(column) }
        } catch {
            requireRefusal(error, [.damagedData, .unsupportedFormat])
        }
    }
    for group in parquet.rowGroups.indices.prefix(3) {
        do {
            _ = try parquet.read(columns: [], rowGroups: group..<group + 1, from: try file.open())
        } catch {
            fatalError("no columns are refused: \(error)")
        }
    }
    // It uses the one file anew.
    checkRoundTrip(columns)
}

private func check(_ column: Column) {
    require(column.validity?.contains(false) ?? true, "needless validity")
    if case .list(let lists) = column.values {
        require(
            lists.offsets.first == 0 && lists.offsets.last == lists.items.count,
            "offsets do not cover the items")
        return check(lists.items)
    }
    guard case .string(let strings) = column.values else { return }
    for row in strings.codes.indices where column.validity?[row] ?? true {
        strings.dictionary.withBytes(Int(strings.codes[row])) { bytes in
            require(String(validating: bytes, as: UTF8.self) != nil, "a string is not UTF-8")
        }
    }
}

private func checkRoundTrip(_ columns: [Column]) {
    do {
        let table = try Table(columns)
        let copy = FuzzFile([], format: "parquet")
        var sink = DataSink(try copy.writing(), path: FuzzFile.path, isToBeSynced: false)
        let dumper = ParquetDumper(compression: .none, rowGroupSize: max(1, table.rowCount / 2))
        try dumper.dump(table, to: &sink)
        let again = try dumper.load(try copy.open())
        for (left, right) in zip(table.columns, again.columns) {
            // A float16 becomes a float.
            require(
                left.validity == right.validity && left.name.utf8.elementsEqual(right.name.utf8),
                "it is read back as another column")
            require(hasSameBits(left, right), "it is read back with other values")
        }
    } catch {
        // A value beyond its logical type.
        guard let error = error as? DirDBError, error.code == .invalidArgument else { fatalError("\(error)") }
    }
}

private func hasSameBits(_ left: Column, _ right: Column) -> Bool {
    switch (left.values, right.values) {
    case (.double(let left), .double(let right)): left.map(\.bitPattern) == right.map(\.bitPattern)
    case (.float(let left), .float(let right)): left.map(\.bitPattern) == right.map(\.bitPattern)
    case (.bool(let left), .bool(let right)): left == right
    case (.int32(let left), .int32(let right)): left == right
    case (.int64(let left), .int64(let right)): left == right
    case (.string, .string), (.binary, .binary): left == right
    case (.list(let left), .list(let right)):
        left.offsets == right.offsets && hasSameBits(left.items, right.items)
    default: false
    }
}
