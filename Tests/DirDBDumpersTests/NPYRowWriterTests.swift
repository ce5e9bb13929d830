import DirDB
import DirDBDumpers
import DirDBWorkflow
import Synchronization
import TestSupport
import Testing

/// A sum that concurrent closures may add to.
final class Counter: Sendable {
    private let sum = Mutex(0)

    func add(_ count: Int) { sum.withLock { $0 += count } }

    var total: Int { sum.withLock { $0 } }
}

@Suite("Arrays written row by row")
struct NPYRowWriterTests {
    @Test("Pieces of any kind and size give the file that the whole array gives")
    func pieces() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let whole = try NDArray(shape: [7, 2, 3], elements: (0..<42).map(Float.init))
        try db["whole"].put(whole)
        let entry = try db["pieces"]
        try entry.put(rows: Float.self, rowShape: [2, 3], meta: ["rows": 7]) { writer in
            try writer.append(whole.row(0))
            try writer.append(whole.rows(1..<3))
            try writer.append(whole.row(3).elements + whole.row(4).elements)
            try whole.row(5).withElements { try writer.append($0) }
            try whole.row(6).withSpan { span in try writer.append(span) }
            try writer.append([])
            #expect(writer.rowCount == 7)
        }
        #expect(try entry.bytes() == db["whole"].bytes())
        #expect(try entry.meta == ["rows": 7])
        #expect(try db.verify().isEmpty)
    }

    @Test("Without a row shape each element is a row; no rows give an empty array")
    func edges() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(rows: Int8.self) { writer in try writer.append([1, 2, 3]) }
        #expect(try entry.get(NDArray<Int8>.self) == NDArray([1, 2, 3]))
        try entry.put(rows: Int8.self, rowShape: [4]) { _ in }
        #expect(try entry.get(NDArray<Int8>.self).shape == [0, 4])
        try entry.put(rows: Int8.self, rowShape: [0]) { writer in
            try writer.append(NDArray(shape: [5, 0], elements: []))
        }
        #expect(try entry.get(NDArray<Int8>.self).shape == [5, 0])
        try entry.withLock { locked in
            try locked.put(rows: Int8.self, rowShape: [1]) { writer in try writer.append([9]) }
            #expect(try locked.get(NDArray<Int8>.self).shape == [1, 1])
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("An array larger than what is in memory at a time is written with one header write at each end")
    func large() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let writes = Counter()
        let observer: @Sendable (SystemCall) -> SystemCall.Verdict = { call in
            if call.name == .write { writes.add(1) }
            return .proceed
        }
        try SystemCall.$observer.withValue(observer) {
            try entry.put(rows: Int.self, rowShape: [1024]) { writer in
                for piece in 0..<100 {
                    try writer.append([Int](repeating: piece, count: 10 * 1024))
                }
            }
        }
        #expect(writes.total == 102)
        let array: NDArray<Int> = try entry.get()
        #expect(array.shape == [1000, 1024])
        #expect(array[999, 1023] == 99)
        #expect(array.mean() == 49.5)
        #expect(try db.verify().isEmpty)
    }

    @Test("What is no whole number of rows is refused, and the entry stays as it was")
    func partialRows() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(NDArray([1.5]))
        func message(_ body: (inout NPYRowWriter<Double>) throws -> Void) -> String? {
            let error = #expect(throws: DirDBError.self) {
                try entry.put(rows: Double.self, rowShape: [2, 2], body)
            }
            #expect(error?.code == .invalidArgument)
            return error?.message
        }
        let rest = "\(entry.path), whose rows have the shape (2, 2); append whole rows"
        #expect(message { try $0.append([1, 2, 3]) } == "3 elements cannot be appended to \(rest)")
        let flat = NDArray([1.0, 2, 3, 4])
        #expect(message { try $0.append(flat) } == "an array of shape (4,) cannot be appended to \(rest)")
        let error = #expect(throws: DirDBError.self) {
            try entry.put(rows: Double.self, rowShape: [-1]) { _ in }
        }
        #expect(error?.code == .invalidArgument)
        #expect(try entry.get(NDArray<Double>.self) == NDArray([1.5]))
        #expect(try db.verify().isEmpty)
    }
}
