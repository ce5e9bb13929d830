import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// A part of a Parquet table is the table that pandas and Arrow would have given.
@Suite(.timeLimit(.minutes(15)))
struct ParquetPartTests {
    /// A part as the script plans it.
    private struct Part: Decodable {
        let frame: String
        let part: String
        let only: [String]?
        let except: [String]?
        let rows: [Int]?

        var selection: Selection {
            Selection(only: only, except: except ?? [], rows: rows.map { $0[0]..<$0[1] })
        }
    }

    @Test(
        "Index, types, metadata and schema of any part are those that pandas and Arrow take of the whole",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func matrix() throws {
        let directory = try TemporaryDirectory()
        try Python.run(ParquetPartFrames.script, [directory.path])
        try Python.run(ParquetPartChecks.script, [directory.path, "plan"])
        let plan = try JSONDecoder().decode(
            [Part].self, from: Data(contentsOf: URL(fileURLWithPath: directory.path(of: "plan.json"))))
        let db = try directory.database("db")
        let parts = try directory.database("swift")
        for part in plan {
            try db[part.frame].copy(part.selection, to: parts[part.part])
            let rows = try db[part.frame].info().content.rows ?? 0
            let info = try parts[part.part].info().content
            #expect(info.rows == (part.rows.map { min($0[1], rows) - min($0[0], rows) } ?? rows))
            // A table has the same columns, where it can have their types.
            do {
                let table: Table = try db[part.frame].get(part.selection)
                #expect(table.columns.map(\.name) == info.fields.map(\.name) && table.rowCount == info.rows)
                // NaN equals nothing.
                let copied: Table = try parts[part.part].get()
                #expect(copied.columns.map(\.validity) == table.columns.map(\.validity))
                #expect(copied.indexName == table.indexName)
            } catch let error as DirDBError {
                #expect(error.code == .unsupportedFormat)
            }
        }
        let output = try Python.run(
            ParquetPartChecks.script, [directory.path, Executable.url("dirdb").path])
        // Polars prints why it panics over types that it does not have.
        print(output.split(separator: "\n").last ?? "")
        #expect(output.contains("59 frames, \(plan.count) parts: "), "\(output)")
        #expect(try db.verify().isEmpty && parts.verify().isEmpty)
    }
}
