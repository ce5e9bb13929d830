import DirDB
import DirDBDumpers
import Foundation
import Testing

@Suite("JSON and Codable")
struct JSONCodableTests {
    enum Phase: String, Codable, Hashable { case warmUp, run }

    enum Source: Codable, Hashable {
        case none
        case file(name: String, size: Int?)
        case pair(Double, Bool)
    }

    struct Point: Codable, Hashable {
        var x: Double
        var y: Float
    }

    struct Record: Codable, Hashable {
        var name: String
        var phase: Phase
        var sources: [Source]
        var origin: Point?
        var missing: Int?
        var byName: [String: [Point]]
        var byIndex: [Int: String]
        var extra: JSON
        var flags: [Bool?]
        var small: UInt8
    }

    static let record = Record(
        name: "a", phase: .run, sources: [.none, .file(name: "f", size: nil), .pair(0.5, true)],
        origin: Point(x: 1, y: 0.25), missing: nil, byName: ["p": [Point(x: 2, y: 3)]], byIndex: [7: "seven"],
        extra: ["raw": [1, 1.5, nil]], flags: [true, nil], small: 255)

    static let recordText = """
        {"name": "a", "phase": "run", "sources": [{"none": {}}, {"file": {"name": "f"}}, \
        {"pair": {"_0": 0.5, "_1": true}}], "origin": {"x": 1.0, "y": 0.25}, "byName": {"p": [{"x": 2.0, \
        "y": 3.0}]}, "byIndex": {"7": "seven"}, "extra": {"raw": [1, 1.5, null]}, "flags": [true, null], \
        "small": 255}
        """

    @Test("An object of 100,000 keys is converted")
    func manyKeys() throws {
        let value = JSON.object(JSONObject((0..<100_000).map { ("key\($0)", JSON.integer(1)) }))
        let dictionary = try value.decode([String: Int].self)
        #expect(dictionary.count == 100_000)
        #expect(try JSON(encoding: dictionary) == value)
    }

    @Test("A nested structure has the JSON form of the standard library's conventions, keys in order")
    func nestedStructure() throws {
        let json = try JSON(encoding: Self.record)
        #expect(try json.serialized() == Self.recordText)
        #expect(try json.decode(Record.self) == Self.record)
        #expect(try JSON(parsing: Self.recordText).decode() == Self.record)
    }

    @Test("Foundation's coders and these understand each other")
    func foundation() throws {
        let data = try JSONEncoder().encode(Self.record)
        #expect(try JSON(parsing: Array(data)).decode(Record.self) == Self.record)
        let decoded = try JSONDecoder().decode(Record.self, from: Data(Self.recordText.utf8))
        #expect(decoded.name == "a" && decoded.byName == Self.record.byName)
        let value: JSON = ["a": [1, 2.5, "x", nil, true], "b": [:]]
        #expect(try JSONDecoder().decode(JSON.self, from: try JSONEncoder().encode(value)) == value)
    }

    @Test("Scalars, optionals, and JSON itself are converted at the top level")
    func topLevel() throws {
        #expect(try JSON(encoding: 1) == 1)
        #expect(try JSON(encoding: Float(0.5)) == 0.5)
        #expect(try JSON(encoding: Int?.none) == .null)
        #expect(try JSON(encoding: Int?.some(3)) == 3)
        #expect(try JSON(encoding: Phase.run) == "run")
        #expect(try JSON(encoding: [[1], []]) == [[1], []])
        #expect(try JSON(encoding: ["a": 1.0] as JSON) == ["a": 1.0])
        #expect(try JSON.null.decode(Int?.self) == nil)
        #expect(try JSON.integer(3).decode(Double.self) == 3)
        #expect(try JSON.integer(-1).decode(Int128.self) == -1)
    }

    @Test("Integers of any size are encoded and decoded to the last digit")
    func largeIntegers() throws {
        #expect(try JSON(encoding: UInt64(Int64.max)) == .integer(.max))
        let value = try JSON(encoding: ["a": [0, UInt64.max]])
        #expect(try value.serialized() == #"{"a": [0, 18446744073709551615]}"#)
        #expect(try value.decode([String: [UInt64]].self) == ["a": [0, UInt64.max]])
        #expect(try JSON(encoding: Int128.min).decode(Int128.self) == Int128.min)
        #expect(Self.failure { _ = try value.decode([String: [Int64]].self) } == "dataCorrupted at a.1")
    }

    static let mismatchCases: [(JSON, String)] = [
        ([:], "keyNotFound x at "),
        (["x": "1", "y": 2], "typeMismatch at x"),
        (["x": nil, "y": 2], "valueNotFound at x"),
        (["x": 1, "y": 1e300], "dataCorrupted at y"),
        ([1], "typeMismatch at "),
    ]

    @Test("What does not fit is a DecodingError with the coding path", arguments: mismatchCases)
    func mismatch(json: JSON, expected: String) {
        #expect(Self.failure { _ = try json.decode(Point.self) } == expected)
    }

    @Test("Integers are read from integers in range only")
    func integers() {
        #expect(
            Self.failure { _ = try (["a": [1, 256]] as JSON).decode([String: [UInt8]].self) }
                == "dataCorrupted at a.1")
        #expect(Self.failure { _ = try JSON.real(1).decode(Int.self) } == "typeMismatch at ")
        #expect(Self.failure { _ = try JSON.bool(true).decode(Int.self) } == "typeMismatch at ")
        #expect(Self.failure { _ = try JSON.integer(1).decode(Bool.self) } == "typeMismatch at ")
        #expect(Self.failure { _ = try JSON.integer(-1).decode(UInt.self) } == "dataCorrupted at ")
        #expect(Self.failure { _ = try JSON.string("walk").decode(Phase.self) } == "dataCorrupted at ")
    }

    private static func failure(_ body: () throws -> Void) -> String {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        do {
            try body()
            return "no error"
        } catch DecodingError.keyNotFound(let key, let context) {
            return "keyNotFound \(key.stringValue) at \(path(context))"
        } catch DecodingError.typeMismatch(_, let context) {
            return "typeMismatch at \(path(context))"
        } catch DecodingError.valueNotFound(_, let context) {
            return "valueNotFound at \(path(context))"
        } catch DecodingError.dataCorrupted(let context) {
            return "dataCorrupted at \(path(context))"
        } catch {
            return "\(error)"
        }
    }

    class Base: Codable {
        var id = 1
    }

    final class Derived: Base {
        enum Key: String, CodingKey { case name, list, nested, inner, own }

        var name = ""
        var numbers: [Int] = []
        var viaOwnKey = Base()

        init(name: String, numbers: [Int]) {
            self.name = name
            self.numbers = numbers
            super.init()
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            name = try container.decode(String.self, forKey: .name)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            while !list.isAtEnd {
                if try list.decodeNil() { continue }
                var inner = try list.nestedUnkeyedContainer()
                numbers.append(try inner.decode(Int.self))
                let keyed = try list.nestedContainer(keyedBy: Key.self)
                numbers.append(try keyed.decode(Int.self, forKey: .inner))
                numbers.append(try Int(from: try list.superDecoder()))
            }
            viaOwnKey = try Base(from: try container.superDecoder(forKey: .own))
            try super.init(from: try container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try super.encode(to: container.superEncoder())
            try container.encode(name, forKey: .name)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            try list.encodeNil()
            var inner = list.nestedUnkeyedContainer()
            try inner.encode(numbers[0])
            var keyed = list.nestedContainer(keyedBy: Key.self)
            try keyed.encode(numbers[1], forKey: .inner)
            try numbers[2].encode(to: list.superEncoder())
            var nested = container.nestedContainer(keyedBy: Key.self, forKey: .nested)
            try nested.encodeNil(forKey: .inner)
            var same = container.nestedContainer(keyedBy: Key.self, forKey: .nested)
            try same.encode(1, forKey: .own)
            try viaOwnKey.encode(to: container.superEncoder(forKey: .own))
        }
    }

    @Test("Nested containers and the coders of a superclass stand where they were asked for")
    func nestedContainers() throws {
        let json = try JSON(encoding: Derived(name: "d", numbers: [1, 2, 3]))
        let text = """
            {"super": {"id": 1}, "name": "d", "list": [null, [1], {"inner": 2}, 3], \
            "nested": {"inner": null, "own": 1}, "own": {"id": 1}}
            """
        #expect(try json.serialized() == text)
        let decoded = try json.decode(Derived.self)
        #expect(decoded.numbers == [1, 2, 3])
        #expect(decoded.name == "d")
    }
}
