import DirDB
import TestSupport
import Testing

@testable import DirDBDumpers

@Suite("Parquet files that old or careless writers made")
struct ParquetOddFilesTests {
    private static let values = Column.Values.int32([7, -1, 9])

    /// Stores a file as an entry of a new database.
    private func withEntry(_ file: HandMadeParquet, _ body: (Entry) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(file.bytes, as: RawBytes("parquet"))
        try body(try db["x"])
    }

    static let readable: [(String, HandMadeParquet)] = [
        ("as usual", HandMadeParquet()),
        ("a checksum of 0", HandMadeParquet(checksum: 0)),
        ("a root with the type of a value", HandMadeParquet(rootType: 0)),
        ("0 rows announced", HandMadeParquet(announcedRows: 0)),
        (
            "a dictionary page that the chunk's size does not take in",
            HandMadeParquet(hasForgottenDictionary: true)
        ),
        ("fields of unexpected types", HandMadeParquet(hasOddFields: true)),
        ("an annotation that says nothing new", HandMadeParquet(convertedType: 17)),
    ]

    @Test("What the peers read is read", arguments: readable)
    func oddities(_ name: String, _ file: HandMadeParquet) throws {
        try withEntry(file) { (entry) throws in
            #expect(try entry.info().content.rows == 3)
            #expect(try entry.get(Table.self)["a"]?.values == Self.values)
            let part = try entry.database["part"]
            for rows in [nil, 0..<3, 1..<3, 0..<1, 2..<3, 0..<0] {
                try part.cut(fields: [0], rows: rows, of: entry)
                let expected = try Column("a", Self.values).rows(rows ?? 0..<3)
                #expect(try part.get(Table.self)["a"] == expected, "\(String(describing: rows))")
            }
        }
    }

    @Test("A part is not made of an encrypted column, or of a page that does not match its checksum")
    func obstacles() throws {
        try withEntry(HandMadeParquet(columns: ["a", "b"], isEncrypted: true)) { (entry) throws in
            let part = try entry.database["part"]
            try part.cut(fields: [1], rows: nil, of: entry)
            #expect(try part.get(Table.self)["b"]?.values == Self.values)
            for rows in [nil, 0..<1] {
                let error = #expect(throws: DirDBError.self) {
                    try part.cut(fields: [0], rows: rows, of: entry)
                }
                #expect(error?.code == .unsupportedFormat && error?.message.contains("encrypted") == true)
            }
        }
        try withEntry(HandMadeParquet(checksum: 5)) { (entry) throws in
            let error = #expect(throws: DirDBError.self) {
                try entry.database["part"].cut(fields: nil, rows: nil, of: entry)
            }
            #expect(error?.code == .damagedData)
        }
    }

    @Test(
        "What is compressed in another way is not read, but whole row groups of it are copied",
        arguments: [(3, "LZO"), (4, "Brotli"), (5, "LZ4"), (7, "LZ4"), (8, "the unknown codec 8")])
    func unsupportedCodecs(_ codec: Int32, _ name: String) throws {
        try withEntry(HandMadeParquet(codec: codec)) { (entry) throws in
            let content = try entry.info().content
            #expect(content.rows == 3)
            let sentence =
                "\(entry.path).parquet cannot be loaded: its column \"a\": it is compressed with \(name);"
                + " write it with zstd or snappy"
            #expect(content.problem?.code == .unsupportedFormat && content.problem?.message == sentence)
            let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
            #expect(error?.code == .unsupportedFormat && error?.message == sentence)
            let part = try entry.database["part"]
            try part.cut(fields: [0], rows: nil, of: entry)
            #expect(try part.info().content.problem?.code == .unsupportedFormat)
            #expect(throws: DirDBError.self) { try part.cut(fields: [0], rows: 0..<1, of: entry) }
        }
    }

    @Test("A number of rows that contradicts the row groups, if it is not 0, is damage")
    func wrongRowCount() throws {
        try withEntry(HandMadeParquet(announcedRows: 2)) { (entry) throws in
            let error = #expect(throws: DirDBError.self) { try entry.info() }
            #expect(error?.code == .damagedData)
        }
    }

    @Test("A page that does not match its checksum is refused unless that is not asked for")
    func checksums() throws {
        try withEntry(HandMadeParquet(checksum: 5)) { (entry) throws in
            let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
            #expect(error?.message.contains("its column \"a\": a page does not match its checksum") == true)
            let saved = try entry.withData { file in
                try ParquetFile(file, verifyingChecksums: false).read(from: file)
            }
            #expect(saved["a"]?.values == Self.values)
        }
    }

    static let impossible: [(String, HandMadeParquet)] = [
        ("int64", HandMadeParquet(convertedType: 18)),
        ("uint64", HandMadeParquet(convertedType: 14)),
        ("timestamp[ms, UTC]", HandMadeParquet(convertedType: 9)),
        ("timestamp[us, UTC]", HandMadeParquet(annotation: .timestamp(.microseconds, isUTC: true))),
        ("time[us, UTC]", HandMadeParquet(convertedType: 8)),
        ("time[ns]", HandMadeParquet(annotation: .time(.nanoseconds, isUTC: false))),
        ("string", HandMadeParquet(convertedType: 0)),
        ("json", HandMadeParquet(convertedType: 19)),
        ("uuid", HandMadeParquet(annotation: .uuid)),
        ("decimal(12, 2)", HandMadeParquet(annotation: .decimal(precision: 12, scale: 2))),
        ("decimal(2, 3)", HandMadeParquet(annotation: .decimal(precision: 2, scale: 3))),
    ]

    @Test("Values that cannot have their annotation are not read", arguments: impossible)
    func impossibleAnnotations(_ name: String, _ file: HandMadeParquet) throws {
        try withEntry(file) { (entry) throws in
            #expect(try entry.info().content.fields.map(\.dtype) == ["\(name) stored as int32"])
            for columns in [nil, ["a"]] {
                let error = #expect(throws: DirDBError.self) { try entry.get(columns: columns) }
                #expect(error?.code == .unsupportedFormat && error?.message.contains(name) == true)
            }
        }
    }

    @Test("The format's pairs of types and annotations, and no others, have a representation")
    func pairs() {
        typealias Representation = ParquetColumn.Representation
        let integers = [8, 16, 32, 64].flatMap { bits in
            [true, false].map { Annotation.integer(bits: bits, isSigned: $0) }
        }
        for annotation in integers + [
            .date, .timestamp(.nanoseconds, isUTC: true), .time(.milliseconds, isUTC: true),
        ] {
            let (narrow, wide) = (
                Representation(.int32, annotation, length: 0), Representation(.int64, annotation, length: 0)
            )
            #expect((narrow == nil) != (wide == nil), "\(annotation)")
            for physical in [PhysicalType.boolean, .float, .double, .byteArray, .fixedLengthByteArray] {
                #expect(Representation(physical, annotation, length: 16) == nil)
            }
        }
        for annotation in [Annotation.string, .json, .enumeration, .bson] {
            #expect(Representation(.byteArray, annotation, length: 0) != nil)
            #expect(Representation(.fixedLengthByteArray, annotation, length: 16) == nil)
        }
        #expect(Representation(.fixedLengthByteArray, .uuid, length: 15) == nil)
        #expect(Representation(.fixedLengthByteArray, .interval, length: 16) == nil)
        #expect(Representation(.fixedLengthByteArray, .decimal(precision: 3, scale: 0), length: 1) == nil)
        #expect(Representation(.fixedLengthByteArray, .decimal(precision: 2, scale: 0), length: 1) != nil)
        #expect(Representation(.int32, .decimal(precision: 10, scale: 0), length: 0) == nil)
        #expect(Representation(.int64, .decimal(precision: 18, scale: 0), length: 0) != nil)
    }

    @Test("An encrypted column does not hide the others")
    func encrypted() throws {
        try withEntry(HandMadeParquet(columns: ["a", "b"], isEncrypted: true)) { (entry) throws in
            #expect(try entry.get(columns: ["b"])["b"]?.values == Self.values)
            let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
            #expect(error?.code == .unsupportedFormat)
            #expect(error?.message.contains("its column \"a\": it is encrypted") == true)
        }
    }

    @Test("A bound that is not a value is not an extreme")
    func inexactBounds() throws {
        func statistics(min: Bool?, max: Bool?) throws -> JSON {
            let file = HandMadeParquet(statistics: { writer in
                writer.write(3, Int64(0))
                writer.write(5, [9, 0, 0, 0] as [UInt8])
                writer.write(6, [255, 255, 255, 255] as [UInt8])
                if let max { writer.write(7, max) }
                if let min { writer.write(8, min) }
            })
            var found: JSON = .null
            try withEntry(file) { (entry) throws in
                found = try entry.withData { file in try ParquetFile(file).statistics }
            }
            return found
        }
        #expect(try statistics(min: nil, max: nil) == ["a": ["min": -1, "max": 9, "nulls": 0]])
        #expect(try statistics(min: true, max: false) == ["a": ["min": -1, "nulls": 0]])
        #expect(try statistics(min: false, max: true) == ["a": ["max": 9, "nulls": 0]])
        #expect(try statistics(min: false, max: false) == ["a": ["nulls": 0]])
    }

    @Test("Two columns of one name are two, and the name alone chooses none of them")
    func repeatedNames() throws {
        try withEntry(HandMadeParquet(columns: ["a", "b", "a"])) { (entry) throws in
            #expect(try entry.info().content.fields.map(\.name) == ["a", "b", "a"])
            let parquet = try entry.withData { file in try ParquetFile(file) }
            #expect(parquet.statistics == ["a": [["nulls": 0], ["nulls": 0]], "b": ["nulls": 0]])
            #expect(throws: DirDBError.self) { try parquet.statistics(of: "a") }
            #expect(try entry.get(columns: ["b"])["b"]?.values == Self.values)
            let error = #expect(throws: DirDBError.self) { try entry.get(columns: ["b", "a"]) }
            #expect(error?.code == .unsupportedFormat)
            #expect(
                error?.message
                    == "\(entry.path).parquet cannot be loaded: 2 of its columns have the name \"a\", which chooses none"
                    + " of them; name other columns")
            #expect(throws: DirDBError.self) { try entry.get(Table.self) }
        }
    }
}
