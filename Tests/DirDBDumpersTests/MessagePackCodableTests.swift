import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Codable values in msgpack")
struct MessagePackCodableTests {
    struct Run: Codable, Equatable {
        enum Kind: String, Codable { case control, lesion }
        struct Trial: Codable, Equatable {
            var index: UInt16
            var mean: Double?
            var label: String
        }
        var kind = Kind.lesion
        var trials: [Trial] = []
        var times: [Double] = []
        var counts: [Int32] = []
        var flags: [Bool] = []
        var spectrum: [Complex<Double>] = []
        var blob: [UInt8] = []
        var image = NDArray<Float>([])
        var byNumber: [Int: String] = [:]
        var byName: [String: [Int]] = [:]
        var optional: Int?
        var moment = Timestamp(seconds: 0)
        var pair: [[Int8]] = []
        var sparse: [Int?] = []
        var set: Set<Int> = []
        var json: JSON = [:]
        var any: MessagePack = .nil
    }

    private static func run() throws -> Run {
        Run(
            trials: (0..<20).map { .init(index: $0, mean: $0 % 2 == 0 ? Double($0) : nil, label: "t\($0)") },
            times: [0.1, -0.0, .infinity], counts: [1, -2], flags: [true, false], spectrum: [Complex(1, -2)],
            blob: [1, 2, 255], image: try NDArray(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]),
            byNumber: [-5: "a", 7: "b"], byName: ["7": [1], "x": []], optional: 4,
            moment: Timestamp(seconds: 1_700_000_000), pair: [[1], [2, 3]], sparse: [1, nil], set: [3, 4],
            json: ["a": [1, 2.5, nil, true]], any: .map([.init(.int(1), .nil)]))
    }

    private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(value, meta: ["a": 1])
        #expect(try db["x"].get(Value.self) == value)
        #expect(try db["x"].get(as: MessagePackDumper<Value>(access: .owned)) == value)
        try db["y"].put(value, as: MessagePackDumper<Value>())
        #expect(try db["y"].bytes().count == db["x"].bytes().count)
        try db["z"].withLock { entry in
            try entry.put(value)
            #expect(try entry.get(Value.self) == value)
        }
        #expect(try db["x"].info().format == "msgpack")
        #expect(try db.verify().isEmpty)
    }

    @Test("What was put is what get returns")
    func roundTrips() throws {
        try roundTrip(Self.run())
        try roundTrip(Run())
        try roundTrip([try Self.run(), Run()])
        try roundTrip("text")
        try roundTrip(5)
        try roundTrip(UInt64.max)
        try roundTrip(Int128(-5))
        try roundTrip(true)
        try roundTrip(Float16(1.5))
        try roundTrip([1.5, 2])
        try roundTrip([Float16(1), 2])
        try roundTrip([String: Int]())
        try roundTrip(Dictionary(uniqueKeysWithValues: (0..<70_000).map { ($0, $0) }))
        try roundTrip((0..<70_000).map { "\($0)" })
        try roundTrip([Int?](repeating: nil, count: 100))
        try roundTrip([[[String]]]())
    }

    @Test("Bits of NaN are kept, single and in arrays")
    func bits() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let double = Double(bitPattern: 0x7FF0_0000_DEAD_BEEF)
        let float = Float(bitPattern: 0x7F80_BEEF)
        try db["x"].put(["a": [double]])
        #expect(try db["x"].get([String: [Double]].self)["a"]?.first?.bitPattern == double.bitPattern)
        try db["x"].put(["a": double])
        #expect(try db["x"].get([String: Double].self)["a"]?.bitPattern == double.bitPattern)
        try db["x"].put(["a": float])
        #expect(try db["x"].get([String: Float].self)["a"]?.bitPattern == float.bitPattern)
        #expect(try db.verify().isEmpty)
    }

    @Test("An array of numbers is one extension with the elements as they lie in memory")
    func layout() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put([Int16(1), -2])
        #expect(
            try db["x"].bytes() == [0xC7, 17, 78, 3, 1] + Array("<i2".utf8) + [
                2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 254, 255,
            ])
        try db["x"].put(["a": [UInt8(1), 2]])
        #expect(try db["x"].bytes() == [0x81, 0xA1, 0x61, 0xC4, 2, 1, 2])
        #expect(try db.verify().isEmpty)
    }

    @Test("Large arrays between other values, in several places, come out whole")
    func large() throws {
        struct Large: Codable, Equatable {
            var first: [Double]
            var name = "between"
            var bytes: [UInt8]
            var second: NDArray<Int>
            var rest: [String]
        }
        let value = Large(
            first: (0..<200_000).map(Double.init), bytes: (0..<2_000_000).map { UInt8($0 % 251) },
            second: try NDArray(shape: [2, 100_000], elements: Array(0..<200_000)),
            rest: (0..<20).map(String.init))
        try roundTrip(value)
        try roundTrip([value, value])
        // More elements than the shortest header has place for.
        try roundTrip((0..<20).map { _ in value.first })
    }

    @Test("Lists that others wrote number by number are read as arrays, integers as reals")
    func elementwise() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(MessagePack.array([.int(1), .double(2.5), .float(3)]))
        #expect(try db["x"].get([Double].self) == [1, 2.5, 3])
        #expect(try db["x"].get([Float].self) == [1, 2.5, 3])
        try db["x"].put(MessagePack.array([.int(1), .int(255)]))
        try db["y"].put(MessagePack.map([.init(.string("a"), .array([.int(1), .int(255)]))]))
        #expect(try db["y"].get([String: [UInt8]].self) == ["a": [1, 255]])
        #expect(try db["x"].get([Int].self) == [1, 255])
        try db["x"].put(MessagePack.array([.bool(true)]))
        #expect(try db["x"].get([Bool].self) == [true])
        #expect(try db.verify().isEmpty)
    }

    /// Fills two nested containers in turns, asks for a super encoder, and goes on after an error.
    struct Awkward: Codable, Equatable {
        enum Keys: String, CodingKey { case left, right, list, failing, after }
        struct Failing: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode("lost")
                throw EncodingError.invalidValue(0, .init(codingPath: [], debugDescription: "no"))
            }
        }
        var count = 40

        init() {}

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var left = container.nestedUnkeyedContainer(forKey: .left)
            var right = container.nestedContainer(keyedBy: Keys.self, forKey: .right)
            for number in 0..<count {
                try left.encode("\(number)")
                if number == 3 { try right.encode([1.5], forKey: .list) }
            }
            try right.encode("end", forKey: .after)
            var inner = left.nestedContainer(keyedBy: Keys.self)
            try container.encode((0..<count).map(String.init), forKey: .list)
            try inner.encode(5, forKey: .after)
            try? container.encode(Failing(), forKey: .failing)
            try count.encode(to: container.superEncoder())
            try container.encodeNil(forKey: .after)
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            var left = try container.nestedUnkeyedContainer(forKey: .left)
            while left.currentIndex < 40 { _ = try left.decode(String.self) }
            let inner = try left.nestedContainer(keyedBy: Keys.self)
            #expect(try inner.decode(Int.self, forKey: .after) == 5)
            #expect(left.isAtEnd)
            let right = try container.nestedContainer(keyedBy: Keys.self, forKey: .right)
            #expect(try right.decode([Double].self, forKey: .list) == [1.5])
            #expect(try right.decode(String.self, forKey: .after) == "end")
            #expect(try container.decode([String].self, forKey: .list).count == 40)
            #expect(!container.contains(.failing))
            #expect(try container.decodeNil(forKey: .after))
            #expect(container.allKeys == [.left, .right, .list, .after])
            count = try Int(from: container.superDecoder())
        }
    }

    /// Large arrays, which are not copied, in nested containers and around them.
    struct Spread: Codable, Equatable {
        enum Keys: String, CodingKey { case before, left, right, after }
        var arrays = (0..<5).map { number in NDArray([Double](repeating: Double(number), count: 1 << 18)) }

        init() {}

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(arrays[0], forKey: .before)
            var left = container.nestedUnkeyedContainer(forKey: .left)
            var right = container.nestedUnkeyedContainer(forKey: .right)
            try container.encode(arrays[4], forKey: .after)
            try right.encode(arrays[3])
            try left.encode(arrays[1])
            var inner = left.nestedUnkeyedContainer()
            try inner.encode(arrays[2])
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            var left = try container.nestedUnkeyedContainer(forKey: .left)
            var right = try container.nestedUnkeyedContainer(forKey: .right)
            arrays = [try container.decode(NDArray<Double>.self, forKey: .before)]
            arrays.append(try left.decode(NDArray<Double>.self))
            var inner = try left.nestedUnkeyedContainer()
            arrays.append(try inner.decode(NDArray<Double>.self))
            arrays.append(try right.decode(NDArray<Double>.self))
            arrays.append(try container.decode(NDArray<Double>.self, forKey: .after))
        }
    }

    @Test("Nested containers may be filled in any order")
    func nested() throws {
        try roundTrip(Awkward())
        try roundTrip([Awkward(), Awkward()])
        try roundTrip(Spread())
    }

    @Test("What does not fit has a sentence with file, place and cause")
    func mismatches() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        func message<Value: Decodable>(_ type: Value.Type, _ code: DirDBError.Code = .formatMismatch)
            -> String?
        {
            let error = #expect(throws: DirDBError.self) { try entry.get(type) }
            #expect(error?.code == code)
            return error?.message.replacing(entry.path, with: "X")
        }
        try entry.put(["runs": [["mean": 1.5], ["mean": 2]]])
        #expect(
            message([String: [[String: Int]]].self)
                == "X.msgpack does not hold a value of the type Dictionary<String, Array<Dictionary<String, Int>>>: at"
                + " runs[0].mean expected Int, found float64; ask for the type that was stored")
        #expect(message(Run.self)?.contains("the map has no key \"kind\"") == true)
        #expect(message(String.self)?.contains("expected String, found map") == true)
        #expect(message([Double].self)?.contains("expected Array<Any>, found map") == true)
        try entry.put(["a": 300])
        #expect(message([String: UInt8].self)?.contains(": at a 300 does not fit in UInt8;") == true)
        try entry.put(["a": [1.5]])
        #expect(message([String: [Float]].self)?.contains("the array has float64 elements") == true)
        try entry.put(NDArray([1]))
        #expect(
            message(String.self)?.contains("X.npy holds npy data, but String (msgpack) was asked for") == true
        )
        #expect(try db.verify().isEmpty)
    }

    @Test("What has no form is refused, and the entry stays as it was")
    func refusals() throws {
        indirect enum Deep: Encodable {
            case end
            case more(Deep)
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                if case .more(let inner) = self { try container.encode(inner) }
            }
        }
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put("before")
        func refuse(_ body: () throws -> Void, _ cause: String) {
            let error = #expect(throws: DirDBError.self) { try body() }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
            #expect((try? entry.get(String.self)) == "before")
        }
        refuse(
            { try entry.put(["a": Int128.max]) },
            "at a 170141183460469231731687303715884105727 is beyond the range")
        let deep = (0..<600).reduce(Deep.end) { inner, _ in .more(inner) }
        refuse({ try entry.put(deep) }, "nested deeper than 500")
        let value = (0..<600).reduce(MessagePack.nil) { inner, _ in .array([inner]) }
        refuse({ try entry.put(value) }, "nested deeper than 500")
        let fine = (0..<500).reduce(MessagePack.nil) { inner, _ in .array([inner]) }
        try entry.put(fine)
        #expect(try entry.get() == fine)
        #expect(try db.verify().isEmpty)
    }
}
