import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Parts written to a pipe")
struct SelectionPipeTests {
    @Test(
        "Members of an npz archive and rows of them go into a pipe, in which nothing can be overwritten",
        arguments: [NPZCompression.stored, .deflated])
    func members(_ compression: NPZCompression) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let whole = try NDArray(shape: [50, 3], elements: (0..<150).map { Double($0) })
        let numbers = NDArray((0..<40).map { Int16($0) })
        let arrays: NamedArrays = [
            "x": whole,
            "n": numbers,
        ]
        try db["all"].put(arrays, as: NPZDumper(compression: compression))
        for rows in [nil, 3..<7, 0..<0, 0..<1000] {
            let pipe = Pipe()
            let writing = dup(pipe.fileHandleForWriting.fileDescriptor)
            try #require(writing >= 0)
            let selection = Selection(only: ["n", "x"], rows: rows)
            try db["all"].withData { data in
                var sink = DataSink(FileDescriptor(writing), path: "pipe", isToBeSynced: false)
                try selection.write(data, to: &sink)
            }
            try pipe.fileHandleForWriting.close()
            let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
            try db["part"].put([UInt8](bytes), as: RawBytes("npz"))
            let part = try db["part"].get(as: NPZDumper(access: .owned))
            #expect(part.names == ["n", "x"])
            let n: NDArray<Int16> = try part["n"]
            let x: NDArray<Double> = try part["x"]
            let (few, many) = ((rows ?? 0..<40).clamped(to: 0..<40), (rows ?? 0..<50).clamped(to: 0..<50))
            #expect(n == numbers.rows(few))
            #expect(x == whole.rows(many))
        }
        #expect(try db.verify().isEmpty)
    }
}
