import DirDB
import Foundation
import TestSupport
import Testing

@testable import DirDBDumpers

/// What stands in the footer for pandas and Arrow, as a part of the file gets it.
@Suite struct ParquetPartBytesTests {
    /// A schema of pyarrow: a timestamp in Berlin with metadata, a dictionary, a union, a list of durations.
    private static let schema = """
        /////zACAAAQAAAAAAAKAA4ABgAFAAgACgAAAAABBAAQAAAAAAAKAAwAAAAEAAgACgAAADAAAAAEAAAAAQAAAAQAAABc/v//EAAAAAQAAAAC\
        AAAAe30AAAYAAABwYW5kYXMAAAQAAABUAQAA7AAAAGQAAAAEAAAAbP///wAAAQwUAAAAHAAAAAQAAAABAAAAFAAAAAEAAABsAAAABAAEAAQA\
        AACY////AAABEhAAAAAcAAAABAAAAAAAAAAEAAAAaXRlbQAABgAIAAYABgAAAAAAAwDI////AAABDhQAAAAYAAAABAAAAAEAAAAwAAAAAQAA\
        AHUAAADo/v//AAABAAQAAAABAAAAAAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAUAAAABAAAAAAAAAABAAAAeAAAALD///8AAAAB\
        CAAAABAAGAAIAAYABwAMABAAFAAQAAAAAAABBRQAAABAAAAAHAAAAAQAAAAAAAAAAQAAAGQAAAAIAAgAAAAEAAgAAAAMAAAACAAMAAgABwAI\
        AAAAAAAAAQgAAAAEAAYABAAAAAAAEgAYAAgABgAHAAwAAAAQABQAEgAAAAAAAQoUAAAAUAAAAAgAAAAQAAAAAAAAAAEAAAB0AAAAAQAAAAwA\
        AAAIAAwABAAIAAgAAAAQAAAABAAAAAEAAABzAAAABAAAAHVuaXQAAAAACAAMAAYACAAIAAAAAAACAAQAAAANAAAARXVyb3BlL0JlcmxpbgAA\
        AA==
        """

    private func part(_ text: String, _ columns: [Int], pandas: String? = nil) -> [UInt8]? {
        ArrowSchema.part(of: Array(text.utf8), columns: columns, of: 4, pandas: pandas)
            .flatMap { Base64.decode(Array($0.utf8)) }
    }

    @Test("The schema of a part has its columns, in order, and nothing of the others")
    func columns() throws {
        func holds(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }
        let times = try #require(part(Self.schema, [0], pandas: #"{"a": 1}"#))
        #expect(holds(times, "Europe/Berlin") && holds(times, "unit") && holds(times, #"{"a": 1}"#))
        #expect(!holds(times, "item") && times.count % 8 == 0)
        let lists = try #require(part(Self.schema, [3, 2]))
        #expect(!holds(lists, "Europe/Berlin") && holds(lists, "item") && holds(lists, "{}"))
        // Once more, which reads what was written.
        let all = try #require(part(Self.schema, [3, 2, 1, 0]))
        let back = try #require(part(Base64.encode(all), [3, 2, 1, 0]))
        #expect(part(Base64.encode(back), [3, 2, 1, 0]) == all)
        #expect(ArrowSchema.part(of: Array(Self.schema.utf8), columns: [0], of: 3, pandas: nil) == nil)
    }

    @Test("A damaged schema gives none, or a small one, and never a trap")
    func damage() throws {
        let whole = try #require(Base64.decode(Array(Self.schema.utf8)))
        for place in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, whole[place] ^ 4, whole[place] &+ 1] {
                var bytes = whole
                bytes[place] = value
                let result = part(Base64.encode(bytes), [1, 0, 3])
                #expect((result?.count ?? 0) < 1 << 18)
            }
            #expect((part(Base64.encode(Array(whole[..<place])), [1, 0])?.count ?? 0) <= whole.count)
        }
    }

    @Test("Base64 is what Foundation makes of it")
    func base64() {
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 200) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == text && Base64.decode(Array(text.utf8)) == bytes)
        }
        for text in ["A", "AAAAA", "AA*A", "A===", "=AAA"] { #expect(Base64.decode(Array(text.utf8)) == nil) }
    }

    @Test(
        "A range index is cut as Python slices a range; other texts stay",
        arguments: [
            (0..<2, 5, 15), (1..<3, 10, 20), (3..<3, 20, 20),
        ])
    func range(rows: Range<Int>, start: Int, stop: Int) throws {
        let text = """
            {"index_columns": [{"kind": "range", "name": null, "start": 5, "stop": 20, "step": 5}, "i"],\
             "columns": [{"field_name": "a"}, {"name": "b"}, {"field_name": "i", "name": null}], \
            "attributes": {"x": NaN}}
            """
        let part = try #require(PandasMetadata.part(of: text, columns: ["b", "i"], rows: rows))
        #expect(
            part == """
                {"index_columns": [{"kind": "range", "name": null, "start": \(start), "stop": \(stop), "step": 5}, "i"],\
                 "columns": [{"name": "b"}, {"field_name": "i", "name": null}], "attributes": {"x": NaN}}
                """)
        #expect(PandasMetadata.part(of: "[1", columns: [], rows: rows) == nil)
        let large =
            #"{"index_columns": [{"kind": "range", "start": 9223372036854775807, "stop": 0, "step": 2}]}"#
        #expect(PandasMetadata.part(of: large, columns: [], rows: 1..<2) == large)
    }
}
