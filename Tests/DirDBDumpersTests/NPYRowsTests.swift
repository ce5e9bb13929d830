import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Rows of an npy file")
struct NPYRowsTests {
    private static let shape = [5, 3, 2]
    private static let values = Array(Int32(0)..<30)

    /// The same array in C order and in Fortran order, in both byte orders.
    static let files: [NPYFile] = [false, true].flatMap { fortran in
        [false, true].map { swapped in
            var stored: [Int32] = values
            if fortran {
                stored = []
                for k in 0..<2 {
                    for j in 0..<3 { stored += (0..<5).map { i in values[(i * 3 + j) * 2 + k] } }
                }
            }
            return NPYFile(
                swapped ? ">i4" : "<i4", fortran: fortran, "(5, 3, 2)",
                data: bytes(stored, swapped: swapped))
        }
    }

    @Test("Any range of rows is that of the whole array", arguments: files)
    func ranges(file: NPYFile) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(file)
        let whole: NDArray<Int32> = try entry.get()
        #expect(whole == (try NDArray(shape: Self.shape, elements: Self.values)))
        for lower in 0...5 {
            for upper in lower...5 {
                let rows = try entry.rows(lower..<upper, of: Int32.self)
                #expect(rows == whole.rows(lower..<upper))
                #expect(!rows.isMapped)
            }
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Only the header and the rows are read")
    func nothingElseIsRead() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(NDArray(shape: [1000, 100], elements: [Double](repeating: 1, count: 100_000)))
        let counter = Counter()
        let observer: @Sendable (SystemCall) -> SystemCall.Verdict = { call in
            if call.name == .read { counter.add(call.byteCount) }
            return call.name == .map ? .fail(1) : .proceed
        }
        try SystemCall.$observer.withValue(observer) {
            let rows = try entry.rows(500..<502, of: Double.self)
            #expect(rows.shape == [2, 100])
        }
        #expect(counter.total == 256 + 1600)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Rows that are not there are an error that tells how many there are",
        arguments: [
            ("(5, 3, 2)", -1..<2, "it has 5 rows"), ("(5, 3, 2)", 3..<6, "it has 5 rows"),
            ("(5, 3, 2)", 6..<6, "it has 5 rows"),
            ("(0,)", 0..<1, "it has 0 rows"), ("()", 0..<0, "it has no dimensions and so no rows"),
        ])
    func outOfRange(shape: String, rows: Range<Int>, cause: String) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let data: [UInt8] = shape == "()" ? [1, 0, 0, 0] : shape == "(0,)" ? [] : bytes(Self.values)
        try entry.put(NPYFile("<i4", shape, data: data))
        let error = #expect(throws: DirDBError.self) { try entry.rows(rows, of: Int32.self) }
        #expect(error?.code == .invalidArgument)
        #expect(
            error?.message
                == "the rows \(rows.lowerBound)..<\(rows.upperBound) of \(entry.path).npy cannot be read: \(cause); ask"
                + " for rows that are there")
        #expect(try db.verify().isEmpty)
    }

    @Test("Under the lock the staged rows are read; a file of another format is refused")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NDArray([1, 2, 3]))
        try db["x"].withLock { entry in
            try entry.put(NDArray([4, 5, 6]))
            #expect(try entry.rows(1..<2, of: Int.self) == NDArray([5]))
        }
        try db["y"].put([1, 2, 3] as [UInt8])
        let error = #expect(throws: DirDBError.self) { try db["y"].rows(0..<1, of: Int.self) }
        #expect(error?.code == .formatMismatch)
        #expect(try db.verify().isEmpty)
    }
}
