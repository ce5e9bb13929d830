import DirDB
import DirDBDumpers
import DirDBWorkflow
import Glibc
import Synchronization
import TestSupport
import Testing

/// One format with a small and a large value, whatever their type.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fileExtension: String
    let putSmall: @Sendable (Entry, JSON?) throws -> Void
    let putLarge: @Sendable (Entry, JSON?) throws -> Void
    let holdsSmall: @Sendable (Entry) throws -> Bool
    let holdsLarge: @Sendable (Entry) throws -> Bool

    init<D: Dumper>(
        _ name: String, _ dumper: D, small: D.Value, large: D.Value,
        equal: @escaping @Sendable (D.Value, D.Value) -> Bool
    ) where D.Value: Sendable {
        testDescription = name
        fileExtension = dumper.fileExtension
        putSmall = { try $0.put(small, as: dumper, meta: $1) }
        putLarge = { try $0.put(large, as: dumper, meta: $1) }
        holdsSmall = { equal(try $0.get(as: dumper), small) }
        holdsLarge = { equal(try $0.get(as: dumper), large) }
    }

    init<D: Dumper>(_ name: String, _ dumper: D, small: D.Value, large: D.Value)
    where D.Value: Sendable & Equatable {
        self.init(name, dumper, small: small, large: large) { $0 == $1 }
    }
}

extension ConformanceCase {
    private struct Run: Codable, Equatable, Sendable {
        var name: String
        var voltages: [Double]
        var tags: [String]
    }

    private static let doubles = (0..<200_000).map { Double($0) * 0.37 }

    static let all: [ConformanceCase] = {
        do {
            let array = NDArray([1.5, -0.0, 3])
            let large = NDArray(doubles)
            let table = try Table([
                Column("t", [0.5, nil, 2.5]), Column("site", ["soma", "tuft", nil]), Column("n", [1, 2, 3]),
            ])
            let largeTable = try Table([Column("t", doubles), Column("n", (0..<200_000).map { Int64($0) })])
            let equal = { @Sendable (left: NamedArrays, right: NamedArrays) in
                left.names == right.names
                    && left.names.allSatisfy { name in
                        let pair = (
                            try? left[name] as NDArray<Double>, try? right[name] as NDArray<Double>
                        )
                        return pair.0 != nil && pair.0 == pair.1
                    }
            }
            return [
                ConformanceCase(
                    "bytes", RawBytes("dat"), small: [1, 2, 3], large: [UInt8](repeating: 7, count: 5 << 20)),
                ConformanceCase("npy", NPYDumper<Double>(), small: array, large: large),
                ConformanceCase(
                    "npz", NPZDumper(), small: ["a": array, "b": array], large: ["a": array, "b": large],
                    equal: equal),
                ConformanceCase(
                    "npz, deflated", NPZDumper(compression: .deflated), small: ["a": array, "b": array],
                    large: ["a": array, "b": large], equal: equal),
                ConformanceCase("parquet", ParquetDumper(), small: table, large: largeTable),
                ConformanceCase(
                    "parquet, snappy", ParquetDumper(compression: .snappy, floatEncoding: .byteStreamSplit),
                    small: table, large: largeTable),
                ConformanceCase("csv", CSVDumper(), small: table, large: largeTable),
                ConformanceCase(
                    "msgpack", MessagePackDumper<Run>(),
                    small: Run(name: "a", voltages: [1, 2], tags: ["x"]),
                    large: Run(name: "b", voltages: doubles, tags: [])),
                ConformanceCase(
                    "pickle", PickleDumper(), small: ["a": .array(array), "b": [1, "x", nil]],
                    large: ["a": .array(large), "b": 2.5]),
            ]
        } catch {
            Issue.record(error)
            return []
        }
    }()
}

/// What every format promises, checked for each in the same way.
@Suite struct DumperConformanceTests {
    private func withDatabase(_ body: (Database) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try body(db)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "What is put is what get returns, and the same value is the same bytes",
        arguments: ConformanceCase.all)
    func roundTrip(_ format: ConformanceCase) throws {
        try withDatabase { db in
            try format.putSmall(try db["x"], ["k": 1])
            #expect(try format.holdsSmall(try db["x"]))
            let bytes = try db["x"].bytes()
            try format.putLarge(try db["x"], nil)
            #expect(try format.holdsLarge(try db["x"]))
            try format.putSmall(try db["x"], nil)
            #expect(try db["x"].bytes() == bytes)
            #expect(try db["x"].info().format == format.fileExtension)
            #expect(try db["x"].meta == ["k": 1])
        }
    }

    @Test("Looking at a large value reads a small part of its file", arguments: ConformanceCase.all)
    func inspection(_ format: ConformanceCase) throws {
        try withDatabase { db in
            try format.putLarge(try db["x"], nil)
            let entry = try db["x"]
            let size = try entry.info().bytes
            #expect(size > 400 << 10)
            let read = Atomic(0)
            let observe = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
                if call.name == .read { read.add(call.byteCount, ordering: .relaxed) }
                return .proceed
            }
            _ = try SystemCall.$observer.withValue(observe) { try entry.inspect() }
            #expect(read.load(ordering: .relaxed) <= 160 << 10)
        }
    }

    @Test("A put that fails at any write leaves the old value and metadata", arguments: ConformanceCase.all)
    func atomicReplacement(_ format: ConformanceCase) throws {
        try withDatabase { db in
            let entry = try db["x"]
            try format.putSmall(entry, ["gen": 1])
            let counter = Disturbance.none()
            try counter.run { try format.putLarge(entry, ["gen": 2]) }
            try format.putSmall(entry, ["gen": 1])
            let step = max(1, counter.count / 25)
            for call in stride(from: 0, to: counter.count, by: step) {
                let failure = Disturbance.failure(at: call, ENOSPC)
                let isDone: Bool
                do {
                    try failure.run { try format.putLarge(entry, ["gen": 2]) }
                    isDone = true
                } catch { isDone = false }
                let generation = try entry.meta.gen
                if generation == 2 {
                    // The failure struck advice, or what comes after the commit point.
                    #expect(try format.holdsLarge(entry))
                    try format.putSmall(entry, ["gen": 1])
                } else {
                    #expect(!isDone && generation == 1, "call \(call)")
                    #expect(try format.holdsSmall(entry), "call \(call)")
                }
            }
            _ = try db.recover()
        }
    }

    @Test(
        "A file that was cut short or altered is an error or a value, never a crash",
        arguments: ConformanceCase.all)
    func damage(_ format: ConformanceCase) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try format.putSmall(try db["x"], nil)
        let whole = try db["x"].bytes()
        var random = SplitMix64(state: 5)
        var files = stride(from: 0, to: whole.count, by: max(1, whole.count / 300)).map {
            Array(whole.prefix($0))
        }
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0...Int(random.next() % 3) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            files.append(bytes)
        }
        for bytes in files.sampled {
            try db["y"].put(bytes, as: RawBytes(format.fileExtension), durability: .relaxed)
            for look in [{ _ = try format.holdsSmall(try db["y"]) }, { _ = try db["y"].info() }] {
                do { try look() } catch {
                    #expect(error is DirDBError, "\(error)")
                }
            }
        }
    }

    @Test("Data of another format is refused by its name", arguments: ConformanceCase.all)
    func mismatch(_ format: ConformanceCase) throws {
        try withDatabase { db in
            try db["x"].put([1], as: RawBytes("other"))
            let error = #expect(throws: DirDBError.self) { try format.holdsSmall(try db["x"]) }
            #expect(error?.code == .formatMismatch)
        }
    }
}
