import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Parts of Parquet files, and tables written in pieces")
struct ParquetFileTests {
    /// How many bytes reading asks for while `body` runs.
    private func bytesRead(_ body: () throws -> Void) throws -> Int {
        let sum = Counter()
        let observer: @Sendable (SystemCall) -> SystemCall.Verdict = { call in
            if call.name == .read { sum.add(call.byteCount) }
            return .proceed
        }
        try SystemCall.$observer.withValue(observer) { try body() }
        return sum.total
    }

    @Test("A subset touches its own bytes and the footer, an inspection the footer alone")
    func subset() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var random = SplitMix64(state: 5)
        let columns = (0..<5).map { number in
            Column("c\(number)", (0..<200_000).map { _ in Int64(bitPattern: random.next()) })
        }
        let table = try Table(columns)
        let entry = try db["x"]
        try entry.put(table, as: ParquetDumper(rowGroupSize: 50_000))
        #expect(try entry.info().bytes > 8_000_000)
        let chunk = 50_000 * 8 + 1000
        var count = try bytesRead { _ = try entry.info() }
        #expect(count < 100_000)
        var findings: [Finding] = []
        count = try bytesRead { findings = try db.verify() }
        #expect(findings.isEmpty && count < 100_000)
        var part = table
        count = try bytesRead { part = try entry.get(columns: ["c3"], rowGroups: 2..<3) }
        #expect(try part == table.selecting(["c3"]).rows(100_000..<150_000))
        #expect(count < chunk + 100_000)
        count = try bytesRead { part = try entry.get(columns: ["c4", "c0"]) }
        #expect(try part == table.selecting(["c4", "c0"]))
        #expect(count < 8 * chunk + 100_000)
        try entry.withLock { locked in
            part = try locked.get(columns: nil, rowGroups: 1..<3)
            #expect(try part == table.rows(50_000..<150_000))
            let none = try locked.get(columns: [], rowGroups: 1..<3)
            #expect(none.rowCount == 100_000)
        }
        #expect(try entry.get(columns: ["c1"], rowGroups: 4..<4) == table.selecting(["c1"]).rows(0..<0))
    }

    @Test("What is not there is refused with a sentence that names what is")
    func absentParts() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(ParquetTables.table(Column("a", [1.5]), Column("b", ["x"])))
        let path = "\(entry.path).parquet"
        func message(_ body: () throws -> Void) -> String? {
            let error = #expect(throws: DirDBError.self, performing: body)
            #expect(error?.code == .invalidArgument && error?.path == path)
            return error?.message
        }
        #expect(
            message { _ = try entry.get(columns: ["a", "c"]) }
                == "there is no column \"c\" in \(path); choose one of those that are there: \"a\", \"b\"")
        #expect(
            message { _ = try entry.get(columns: nil, rowGroups: 0..<2) }
                == "the row groups 0..<2 of \(path) cannot be read: it has 1; ask for row groups that are there"
        )
        #expect(throws: DirDBError.self) { try entry.get(columns: ["a", "a"]) }
        try db["y"].put(ParquetTables.table(Column("a", [1.5, 2])))
        let footer = try entry.withData { file in try ParquetFile(file) }
        #expect(throws: DirDBError.self) { try db["y"].withData { file in try footer.read(from: file) } }
        #expect(throws: DirDBError.self) { try entry.get(NDArray<Double>.self) }
        #expect(try db.verify().isEmpty)
    }

    @Test("Pieces of any size make the table that they are together")
    func pieces() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let whole = try ParquetTables.everyType(5000)
        for (size, piece) in [(1 << 20, 1), (1 << 20, 333), (1000, 777), (999, 2500), (7, 5000)] {
            let rows = piece == 1 ? 0..<300 : 0..<5000
            try db["x"].put(
                tables: ParquetDumper(rowGroupSize: size), meta: ["piece": .integer(Int64(piece))]
            ) {
                writer in
                for start in stride(from: 0, to: rows.upperBound, by: piece) {
                    try writer.append(whole.rows(start..<min(start + piece, rows.upperBound)))
                }
                #expect(writer.rowCount == rows.count)
            }
            #expect(try db["x"].get(Table.self).bits == whole.rows(rows).bits, "\(piece) in \(size)")
            #expect(try db["x"].meta["piece"] == .integer(Int64(piece)))
        }
        // Pieces with dictionaries of their own.
        try db["y"].withLock { locked in
            try locked.put(tables: ParquetDumper(rowGroupSize: 10)) { writer in
                for number in 0..<25 {
                    try writer.append(ParquetTables.table(Column("s", ["a\(number % 4)", nil])))
                }
            }
            let staged = try locked.get(Table.self)
            #expect(staged.rowCount == 50)
        }
        let strings = (0..<25).flatMap { ["a\($0 % 4)", nil] }
        #expect(try db["y"].get(Table.self) == ParquetTables.table(Column("s", strings)))
        try db["z"].put(tables: ParquetDumper()) { _ in }
        #expect(try db["z"].get(Table.self) == Table([]))
        #expect(try db.verify().isEmpty)
    }

    @Test("A piece with other columns, or an error on the way, leaves the entry as it was")
    func failingPieces() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let good = try ParquetTables.table(Column("a", [1.5]), Column("b", ["x"]))
        try entry.put(good)
        for bad in [
            try ParquetTables.table(Column("a", [1.5])),
            try ParquetTables.table(Column("b", ["x"]), Column("a", [1.5])),
            try ParquetTables.table(Column("a", [Int64(1)]), Column("b", ["x"])),
            try ParquetTables.table(
                Column("a", [1.5]), Column("b", .string(StringColumn(["x"])), logicalType: "json")),
        ] {
            let error = #expect(throws: DirDBError.self) {
                try entry.put { writer in
                    try writer.append(good)
                    try writer.append(bad)
                }
            }
            #expect(error?.code == .invalidArgument)
            #expect(
                error?.message.contains("which has the columns \"a\" (double), \"b\" (string); make") == true)
        }
        struct Interruption: Error {}
        #expect(throws: Interruption.self) {
            try entry.put(tables: ParquetDumper(rowGroupSize: 1)) { writer in
                try writer.append(good)
                throw Interruption()
            }
        }
        // The disk fails at any moment.
        let table = try ParquetTables.everyType(300)
        let calls = Disturbance.none()
        try calls.run { try db["y"].put(table, as: ParquetDumper(rowGroupSize: 100)) }
        for call in (0..<calls.count).sampled {
            let failure = Disturbance.failure(at: call, 28)
            do { try failure.run { try entry.put(table, as: ParquetDumper(rowGroupSize: 100)) } } catch {
                #expect(error is DirDBError)
            }
            let read = try entry.get(Table.self)
            #expect(try read == good || read.bits == table.bits)
            try entry.put(good)
        }
        #expect(try db.verify().isEmpty)
    }
}
