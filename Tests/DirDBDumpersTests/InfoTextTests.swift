import DirDB
import DirDBDumpers
import TestSupport
import Testing

@Suite("Information on entries, printed")
struct InfoTextTests {
    @Test("An entry's information is a sentence")
    func sentence() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: .standard)
        try db["a"].put(NDArray(shape: [2, 3], elements: [Float](repeating: 1, count: 6)))
        let info = try db["a"].info()
        #expect("\(info)".hasPrefix("npy, float32 2×3, 152 bytes, written at 20"))
        try db["t"].put(Table([Column("t", [0.5, nil]), Column("site", ["soma", "tuft"])]))
        #expect(try "\(db["t"].info().content)" == "2 rows of 2 columns (t: double, site: string)")
        #expect("\(Field(name: "x", dtype: "float64", shape: []))" == "x: float64 ()")
        #expect("\(FormatInfo())".isEmpty)
        #expect("\(info.modified)".hasSuffix("Z"))
    }
}
