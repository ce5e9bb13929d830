import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("A database with this module's formats")
struct DatabaseTests {
    @Test("Opened without naming dumpers, it inspects npy files; opened with none, they are opaque")
    func standard() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NDArray([Float16(1)]))
        #expect(try db["x"].info().content.dtype == "float16")
        let bare = try Database(directory.path, dumpers: [])
        #expect(try bare["x"].info().content == FormatInfo())
        #expect(try db.verify().isEmpty)
    }

    @Test("Array, metadata and statistics change as one under the lock")
    func transaction() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["batch"].put(NDArray([1.0, 2, 3]), meta: ["epoch": 3])
        try db["batch"].withLock { entry in
            let x: NDArray<Double> = try entry.get()
            entry.meta.mean = .real(x.mean())
            try entry.put(NDArray(x.elements.map { 2 * $0 }))
        }
        #expect(try db["batch"].meta == ["epoch": 3, "mean": 2.0])
        #expect(try db["batch"].get(NDArray<Double>.self) == NDArray([2, 4, 6]))
        #expect(try db.verify().isEmpty)
    }
}
