import DirDB
import DirDBDumpers
import TestSupport
import Testing

@Suite("Tables")
struct TableTests {
    private static func table() throws -> Table {
        try Table(
            [
                Column("site", ["soma", nil, "tuft", "soma"]), Column("count", [1, 2, 3, 4]),
                Column("mean", [0.5, nil, -.infinity, 1e300]), Column("seen", [true, false, nil, true]),
            ], index: "site")
    }

    @Test("A column is its values, of which some may be missing")
    func columns() throws {
        let table = try Self.table()
        #expect(table.rowCount == 4)
        #expect(table.columns.map(\.name) == ["site", "count", "mean", "seen"])
        #expect(table.columns.map(\.dtype) == ["string", "int64", "double", "bool"])
        #expect(table.columns.map(\.nullCount) == [1, 0, 1, 1])
        #expect(table["mean"]?.values == .double([0.5, 0, -.infinity, 1e300]))
        #expect(table["count"]?.validity == nil)
        #expect(table["missing"] == nil)
        #expect(Column("a", [Int32(1)]).dtype == "int32")
        #expect(Column("a", [Float(1)]).dtype == "float")
        #expect(try Column("a", .int64([1]), logicalType: "timestamp[us]").dtype == "timestamp[us]")
    }

    @Test("What stands where a value is missing makes no difference, nor does a validity that says nothing")
    func missingValues() throws {
        let validity = [true, false]
        #expect(
            try Column("a", .int32([1, 7]), validity: validity)
                == Column("a", .int32([1, 0]), validity: validity))
        #expect(try Column("a", .int32([1, 7]), validity: [true, true]) == Column("a", [Int32(1), 7]))
        #expect(try Column("a", .int32([1, 0]), validity: validity) != Column("a", .int32([1, 0])))
        let none: [String?] = [nil, nil]
        #expect(Column("a", none).nullCount == 2)
        let empty = try StringColumn(codes: [0, 0], dictionary: StringColumn([]).dictionary)
        #expect(try Column("a", .string(empty), validity: [false, false]) == Column("a", none))
        #expect(throws: DirDBError.self) { try Column("a", .string(empty), validity: validity) }
        #expect(throws: DirDBError.self) { try Column("a", .string(empty)) }
    }

    @Test("Tables that cannot be are errors that say why")
    func impossible() throws {
        let (a, b) = (Column("a", [1, 2]), Column("b", [1.0]))
        func message(_ body: () throws -> Table) -> String? {
            #expect(throws: DirDBError.self) { _ = try body() }?.message
        }
        #expect(
            message { try Table([a, b]) }
                == "the column \"b\" has 1 rows where 2 are expected; make the lengths agree")
        #expect(
            message { try Table([a], rowCount: 3) }
                == "the column \"a\" has 2 rows where 3 are expected; make the lengths agree")
        #expect(message { try Table([a, a]) } == "two columns have the name \"a\"; rename one of them")
        #expect(
            message { try Table([a], index: "x") }
                == "there is no column \"x\"; choose one of those that are there: \"a\"")
        #expect(message { try Table([], rowCount: -1) } == "a table cannot have -1 rows; correct the number")
        #expect(
            message { try Self.table().rows(2..<5) }
                == "there are no rows 2..<5 in a table of 4 rows; ask for rows that are there")
        #expect(message { try Self.table().rows(-1..<2) } != nil)
        #expect(message { try Self.table().selecting(["mean", "x"]) }?.contains("no column \"x\"") == true)
        #expect(message { try Self.table().selecting(["mean", "mean"]) }?.contains("two columns") == true)
        #expect(try Table([], rowCount: 3).rowCount == 3)
        // Different bytes are different names, as they are to every other program.
        #expect(try Table([Column("\u{E9}", [1]), Column("e\u{301}", [2])]).columns.count == 2)
    }

    @Test("Rows and columns of a table are a table; the index stays if it is among them")
    func parts() throws {
        let table = try Self.table()
        let part = try table.rows(1..<3)
        #expect(part["site"] == Column("site", [nil, "tuft"]))
        #expect(part["mean"] == Column("mean", [nil, -Double.infinity]))
        #expect(part["seen"] == Column("seen", [false, nil]))
        #expect(part.indexName == "site")
        #expect(try table.rows(0..<1)["site"]?.validity == nil)
        #expect(try table.rows(4..<4).rowCount == 0)
        let selected = try table.selecting(["mean", "site"])
        #expect(selected.columns.map(\.name) == ["mean", "site"] && selected.indexName == "site")
        #expect(try table.selecting(["mean"]).indexName == nil)
        #expect(try table.selecting([]).rowCount == 4)
    }

    @Test("Strings are coded by a dictionary, in which each stands once; equality is that of the strings")
    func strings() throws {
        let words = (0..<5000).map { "word \($0 % 1000) \(String(repeating: "ä", count: $0 % 1000 % 20))" }
        let column = StringColumn(words)
        #expect(column.dictionary.count == 1000)
        #expect((0..<5000).allSatisfy { column[$0] == words[$0] })
        #expect(column == StringColumn(words))
        #expect(column != StringColumn(words.dropLast()))
        #expect(column != StringColumn(words.dropLast() + ["other"]))
        let reversed = StringColumn(words.reversed())
        #expect(reversed.dictionary != column.dictionary)
        let mirrored = try StringColumn(codes: reversed.codes.reversed(), dictionary: reversed.dictionary)
        #expect(mirrored == column && column == mirrored)
        #expect(StringColumn(["e\u{301}"]) != StringColumn(["\u{E9}"]))
        for codes in [[Int32(1000)], [-1], [0, .min], [.max]] {
            #expect(throws: DirDBError.self) { try StringColumn(codes: codes, dictionary: column.dictionary) }
        }
        #expect(StringColumn(["", "a", ""]).codes == [0, 1, 0])
    }

    @Test("Strings from untrusted bytes are refused unless each is UTF-8 and lies in its place")
    func untrustedStrings() {
        let bytes = Array("aéz".utf8)
        #expect(StringDictionary(validating: bytes, ends: [1, 3, 4])?.count == 3)
        #expect(StringDictionary(validating: bytes, ends: [0, 1, 1, 4])?[3] == "éz")
        #expect(StringDictionary(validating: [], ends: [])?.count == 0)
        for ends in [[1, 2, 4], [1, 3], [1, 3, 5], [3, 1, 4], [-1, 4], [4, 4, 3, 4], []] {
            #expect(StringDictionary(validating: bytes, ends: ends) == nil, "\(ends)")
        }
        #expect(StringDictionary(validating: [0xC3], ends: [1]) == nil)
        var builder = StringDictionaryBuilder()
        for string in [[0x61], [0xE9], [0x61]] as [[UInt8]] {
            _ = string.withUnsafeBufferPointer { builder.code(of: $0) }
        }
        #expect(builder.count == 2)
        if case .failure(let invalid) = builder.finishValidating() {
            #expect(invalid.code == 1)
        } else {
            Issue.record("bytes that are not UTF-8 became a string")
        }
    }

    @Test("Codable rows become columns and come back")
    func codableRows() throws {
        struct Trial: Codable, Equatable {
            enum Site: String, Codable { case soma, tuft }
            var number: Int
            var site: Site
            var rate: Double
            var spike: Float?
            var isSeen: Bool
            var note: String?
        }
        let trials = [
            Trial(number: -1, site: .soma, rate: 0.1, spike: nil, isSeen: true, note: "a"),
            Trial(number: .max, site: .tuft, rate: .infinity, spike: 2.5, isSeen: false, note: nil),
            Trial(number: 0, site: .soma, rate: -0.0, spike: -0.0, isSeen: true, note: ""),
        ]
        let table = try Table(rows: trials)
        #expect(table.columns.map(\.name) == ["number", "site", "rate", "isSeen", "note", "spike"])
        #expect(table.columns.map(\.dtype) == ["int64", "string", "double", "bool", "string", "double"])
        #expect(table["spike"]?.validity == [false, true, true])
        #expect(try table.decodeRows(as: Trial.self) == trials)
        #expect(try Table(rows: [Trial]()).rowCount == 0)
        #expect(try Table(rows: [["a": 1], ["b": 2.5]])["b"] == Column("b", [nil, 2.5]))
        #expect(throws: DirDBError.self) { try Table(rows: [1, 2]) }
        #expect(throws: DirDBError.self) { try Table(rows: [["a": [1]]]) }
        #expect(throws: DecodingError.self) { try table.decodeRows(as: [String: Int].self) }
    }

    @Test("The description is an aligned text, shortened in the middle")
    func description() throws {
        #expect(
            "\(try Self.table())" == """
                site  count    mean  seen
                soma      1     0.5  true
                null      2    null  false
                tuft      3    -inf  null
                soma      4  1e+300  true
                4 rows × 4 columns
                """)
        let long = try Table((0..<30).map { Column("c\($0)", Array(0..<100)) })
        let lines = "\(long)".split(separator: "\n")
        #expect(lines.count == 23 && lines[11].hasPrefix(" …"))
        #expect(lines[0].split(separator: " ").count == 13 && lines[22] == "100 rows × 30 columns")
        #expect("\(try Table([Column("a\u{1B}", [1])]))".hasPrefix("a\\u001b\n"))
        #expect("\(try Table([]))" == "0 rows × 0 columns")
    }
}
