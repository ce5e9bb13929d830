import DirDB
import DirDBDumpers
import DirDBWorkflow
import Synchronization
import TestSupport
import Testing

@Suite("Writing in the background", .timeLimit(.minutes(120)))
struct BackgroundWriterTests {
    @Test("All that was put is there when finish returns, in the order of the puts", arguments: [1, 3, 100])
    func order(capacity: Int) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let writer = BackgroundWriter(capacity: capacity)
        for number in 0..<50 {
            let array = NDArray([Double](repeating: Double(number), count: 100))
            try await writer.put(array, to: db["a-\(number % 5)"], meta: ["n": .integer(Int64(number))])
        }
        try await writer.write(to: db["a-0"]) { try $0.updateMeta { $0.last = true } }
        try await writer.put([7], as: RawBytes("dat"), to: db["raw"])
        try await writer.finish()
        for number in 45..<50 {
            let entry = try db["a-\(number % 5)"]
            #expect(try entry.get(NDArray<Double>.self).mean() == Double(number))
            #expect(try entry.meta.n == .integer(Int64(number)))
        }
        #expect(try db["a-0"].meta.last == true && db["raw"].bytes() == [7])
        #expect(try db.verify().isEmpty)
    }

    @Test("No more values than the capacity wait; a put waits for room, and for nothing else")
    func bound() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let writer = BackgroundWriter(capacity: 3)
        let gate = Gate()
        for number in 0..<3 {
            try await writer.write(to: db["a-\(number)"]) { entry in
                gate.wait()
                try entry.put([1])
            }
        }
        // All room is taken; nothing is written yet.
        #expect(try db.entries().map(\.name).isEmpty)
        let accepted = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await writer.put([UInt8(1)], to: db["late"])
                accepted.add()
            }
            try await Task.sleep(for: .milliseconds(100))
            #expect(accepted.count == 0)
            gate.open()
            try await group.waitForAll()
        }
        try await writer.finish()
        #expect(try Set(db.entries().map(\.name)) == ["a-0", "a-1", "a-2", "late"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Each failure is told by its put and by finish, and stops no other")
    func failures() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let writer = BackgroundWriter()
        var puts: [BackgroundPut] = []
        for number in 0..<6 {
            let meta: JSON = number % 2 == 0 ? ["n": 1] : ["n\0": 1]
            puts.append(try await writer.put([UInt8(number)], to: db["a-\(number)"], meta: meta))
        }
        for (number, put) in puts.enumerated() {
            if number % 2 == 0 {
                try await put.completed()
            } else {
                let error = await #expect(throws: DirDBError.self) { try await put.completed() }
                #expect(error?.path == put.entry.path && error?.code == .invalidArgument)
            }
        }
        #expect(writer.failures.map(\.entry.name) == ["a-1", "a-3", "a-5"])
        let error = await #expect(throws: DirDBError.self) { try await writer.finish() }
        #expect(error?.message.hasPrefix("3 of the writes in the background failed: ") == true)
        for failure in writer.failures { #expect(error?.message.contains(failure.entry.path) == true) }
        // Again the same, and nothing more is accepted.
        #expect(await #expect(throws: DirDBError.self) { try await writer.finish() } == error)
        let late = await #expect(throws: DirDBError.self) { try await writer.put([UInt8(1)], to: db["late"]) }
        #expect(late?.code == .invalidArgument)
        #expect(try Set(db.entries().map(\.name)) == ["a-0", "a-2", "a-4"])
        #expect(try db.verify().isEmpty)
    }

    @Test("A cancelled task stops waiting for room; what was accepted before is written all the same")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let writer = BackgroundWriter(capacity: 1)
        let gate = Gate()
        try await writer.write(to: db["a"]) { entry in
            gate.wait()
            try entry.put([1])
        }
        let waiting = Task { try await writer.put([UInt8(1)], to: db["b"]) }
        try await Task.sleep(for: .milliseconds(50))
        waiting.cancel()
        let error = await #expect(throws: DirDBError.self) { _ = try await waiting.value }
        #expect(error?.code == .cancelled)
        let finishing = Task { try await writer.finish() }
        finishing.cancel()
        gate.open()
        try await finishing.value
        #expect(try db.entries().map(\.name) == ["a"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Many tasks put at once, more than the pool has threads, and all is written")
    func manyTasks() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let writer = BackgroundWriter(capacity: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for number in 0..<4 { try await writer.put([UInt8(number)], to: db["\(task)-\(number)"]) }
                }
            }
            try await group.waitForAll()
        }
        try await writer.finish()
        #expect(try db.entries().map(\.name).count == 200)
        #expect(try db.verify().isEmpty)
    }

    @Test("A writer that is let go without finish writes all the same")
    func abandoned() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        var writer: BackgroundWriter? = BackgroundWriter(capacity: 100)
        var last: BackgroundPut?
        for number in 0..<100 { last = try await writer?.put([UInt8(number)], to: db["a-\(number)"]) }
        writer = nil
        try await last?.completed()
        #expect(try db.entries().map(\.name).count == 100)
        #expect(try db.verify().isEmpty)
    }
}

/// Holds threads up until it is opened.
private final class Gate: Sendable {
    private let mutex = Mutex(false)

    func wait() {
        while !mutex.withLock({ $0 }) { System.sleep(for: .milliseconds(1)) }
    }

    func open() {
        mutex.withLock { $0 = true }
    }
}
