public import DirDB
public import DirDBDumpers

/// A part of an entry's data: members or columns by their names, rows by their numbers.
///
///     let times: Table = try db["spikes"].get(Selection(only: ["time"], rows: 0..<1000))
public struct Selection: Sendable, Hashable {
    /// The columns of a table, or members of an npz archive, that are wanted, in this order; nil for all.
    ///
    /// A text that is not itself the name of one is a list of names: `a,b`. In a list, a name that has a comma stands in
    /// double quotes, and within them a double quote is written twice.
    public var only: [String]?
    /// Those that are left out, named in the same way.
    public var except: [String]
    /// The rows of a table or of each array; nil for all.
    ///
    /// Those beyond the end are left out.
    public var rows: Range<Int>?

    /// Chooses a part; what is left out chooses all.
    public init(only: [String]? = nil, except: [String] = [], rows: Range<Int>? = nil) {
        self.only = only
        self.except = except
        self.rows = rows
    }

    /// Whether nothing is left out.
    public var isAll: Bool { !hasNames && rows == nil }

    private var hasNames: Bool { only != nil || !except.isEmpty }

    /// The places of what is chosen among the names that are there; a name may be there more than once.
    ///
    /// - Parameters:
    ///   - present: The names that are there.
    ///   - index: Those that come with those of `only`, last: a table keeps its index unless that is left out by its
    ///     name.
    ///   - path: The file, for the errors.
    /// - Returns: The places, in the order chosen.
    /// - Throws: `.notFound` when a name is not there; `.invalidArgument` when `only` has one twice.
    private func places(
        of present: [String], index: [String] = [], _ path: String
    ) throws(DirDBError) -> [Int] {
        // By bytes: another normalisation is another name.
        var places: [[UInt8]: [Int]] = [:]
        for (place, name) in present.enumerated() { places[Array(name.utf8), default: []].append(place) }
        func find(all texts: [String]) throws(DirDBError) -> [(name: String, places: [Int])] {
            var found: [(name: String, places: [Int])] = []
            for text in texts {
                let names = places[Array(text.utf8)] != nil ? [text] : NameListText.names(in: text) ?? [text]
                for name in names {
                    guard let place = places[Array(name.utf8)] else {
                        throw .noSuchPart(name, of: present, path)
                    }
                    found.append((name, place))
                }
            }
            return found
        }
        let omitted = Set(try find(all: except).flatMap(\.places))
        var chosen = Array(present.indices)
        if let only {
            chosen = []
            var seen: Set<[UInt8]> = []
            for (name, places) in try find(all: only) {
                guard seen.insert(Array(name.utf8)).inserted else { throw .repeatedPart(name, path) }
                chosen += places
            }
            for name in index where seen.insert(Array(name.utf8)).inserted {
                chosen += places[Array(name.utf8)] ?? []
            }
        }
        return chosen.filter { !omitted.contains($0) }
    }

    /// The names that are chosen of those that are there.
    private func names(of present: [String], _ path: String) throws(DirDBError) -> [String] {
        try places(of: present, path).map { present[$0] }
    }
}

// MARK: Reading

extension Selection {
    /// Reads the part of a table.
    ///
    /// Of Parquet only the chosen columns are read, of the row groups that have chosen rows; of csv nothing after the
    /// last of the rows. The columns that pandas made the index come last, unless they are named.
    /// - Parameters:
    ///   - file: An open Parquet or csv file.
    ///   - csv: How a csv file is read.
    /// - Returns: The table.
    /// - Throws: `.notFound` when a column is not there; `.unsupportedFormat` when the file is not a table; what its
    ///   dumper throws.
    public func table(from file: borrowing DataFile, csv: CSVDumper = CSVDumper()) throws -> Table {
        switch file.format {
        case ParquetDumper().fileExtension: return try parquet(file)
        case CSVDumper().fileExtension:
            let all =
                try rows.map { try csv.loadFirst(rows: $0.upperBound, of: file) }
                ?? csv.load(file)
            let chosen = try hasNames ? all.selecting(names(of: all.columns.map(\.name), file.path)) : all
            return try rows.map { try chosen.rows($0.clamped(to: 0..<chosen.rowCount)) } ?? chosen
        default: throw DirDBError.noPart(file.path, file.format, "columns")
        }
    }

    private func parquet(_ file: borrowing DataFile) throws(DirDBError) -> Table {
        let parquet = try ParquetFile(file)
        let present = parquet.fields.map(\.name)
        let columns = try fields(of: parquet, file.path)?.map { present[$0] }
        guard let wanted = rows?.clamped(to: 0..<parquet.rowCount) else {
            return try parquet.read(columns: columns, from: file)
        }
        var start = 0
        var groups = 0..<0
        var firstRow = 0
        for (number, group) in parquet.rowGroups.enumerated() {
            let end = start + group.rowCount
            if !wanted.isEmpty && start < wanted.upperBound && end > wanted.lowerBound {
                if groups.isEmpty { firstRow = start }
                groups = (groups.isEmpty ? number : groups.lowerBound)..<number + 1
            }
            start = end
        }
        let table = try parquet.read(columns: columns, rowGroups: groups, from: file)
        if wanted.isEmpty { return table }
        return try table.rows(wanted.lowerBound - firstRow..<wanted.upperBound - firstRow)
    }

    private func fields(of parquet: ParquetFile, _ path: String) throws(DirDBError) -> [Int]? {
        if !hasNames { return nil }
        return try places(of: parquet.fields.map(\.name), index: parquet.indexNames, path)
    }

    /// Reads members of an npz archive, and of each the rows.
    ///
    /// - Parameter file: An open npz file.
    /// - Returns: The arrays, mapped where that is possible.
    /// - Throws: `.notFound` when a member is not there; `.invalidArgument` when rows are wanted of an array without
    ///   dimensions; `.unsupportedFormat` when the file is no archive; what ``NPZFile`` throws.
    public func arrays(from file: borrowing DataFile) throws -> NamedArrays {
        guard file.format == NPZDumper().fileExtension else {
            throw DirDBError.noPart(file.path, file.format, "members")
        }
        let archive = try NPZFile(file)
        var arrays = NamedArrays()
        for name in try names(of: archive.names, file.path) {
            arrays.set(try part(of: archive.loadAny(name), name, file.path), named: name)
        }
        return arrays
    }

    private func part<Array: NumpyArray>(
        of array: Array, _ name: String, _ path: String
    ) throws(DirDBError) -> any NumpyArray {
        guard let rows else { return array }
        guard let height = array.shape.first, let array = array as? NDArray<Array.Element> else {
            throw .noRows(name, path)
        }
        return array.rows(rows.clamped(to: 0..<height))
    }

    /// Writes the part as a file of the same format; memory is that of the part, of npy and npz a buffer.
    ///
    /// Arrays may have elements of any type: their bytes are copied. Members of an npz archive stay as they are, stored
    /// or compressed.
    ///
    /// Of Parquet the bytes of the columns are copied, whatever their types, with all that was written beside the values
    /// for pandas and Arrow. Memory is that of one column chunk.
    ///
    /// - Parameters:
    ///   - file: An open npy, npz, Parquet or csv file.
    ///   - sink: Where to write.
    ///   - csv: How a csv file is read; its fields are copied as they are.
    /// - Throws: `.notFound` when a name is not there; `.unsupportedFormat` when the format has no such parts; what its
    ///   dumper throws.
    public func write(
        _ file: borrowing DataFile, to sink: inout DataSink, csv: CSVDumper = CSVDumper()
    ) throws {
        if isAll { return try sink.write(contentsOf: file) }
        switch file.format {
        case NPYDumper<Double>().fileExtension:
            guard let rows, !hasNames else { throw DirDBError.noPart(file.path, file.format, "names") }
            try file.writeNPYRows(rows, to: &sink)
        case NPZDumper().fileExtension:
            let archive = try NPZParts(file)
            try archive.write(
                hasNames ? names(of: archive.names, file.path) : archive.names, rows: rows, from: file,
                to: &sink)
        case ParquetDumper().fileExtension:
            let parquet = try ParquetFile(file)
            try parquet.write(fields: fields(of: parquet, file.path), rows: rows, of: file, to: &sink)
        case CSVDumper().fileExtension:
            let path = file.path
            let choose = hasNames ? { present in try names(of: present, path) } : nil
            try csv.writePart(rows: rows ?? 0..<(.max), of: file, to: &sink, choosing: choose)
        default: throw DirDBError.noPart(file.path, file.format, "parts")
        }
    }
}
