import DirDB
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("Literals give the cases they look like")
    func literals() {
        let value: JSON = ["a": nil, "b": true, "c": 1, "d": 1.0, "e": "x\(1)", "f": [1, "y"]]
        let expected: [(String, JSON)] = [
            ("a", .null), ("b", .bool(true)), ("c", .integer(1)), ("d", .real(1)), ("e", .string("x1")),
            ("f", .array([.integer(1), .string("y")])),
        ]
        #expect(value == .object(JSONObject(expected)))
        #expect(value.asObject?.keys == ["a", "b", "c", "d", "e", "f"])
    }

    @Test("The last value of a repeated key wins and stands at the place of the first")
    func repeatedKeys() throws {
        let value: JSON = ["a": 1, "b": 2, "a": 3]
        #expect(try value.serialized() == #"{"a": 3, "b": 2}"#)
    }

    @Test("An integer and a real are different values")
    func integerIsNotReal() {
        #expect(JSON.integer(1) != JSON.real(1))
        #expect(JSON.integer(0) != JSON.bool(false))
    }

    @Test("Equality and hash ignore the order of keys, at every level")
    func orderOfKeys() {
        let left: JSON = ["a": 1, "b": ["c": 2, "d": [3]]]
        let right: JSON = ["b": ["d": [3], "c": 2], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    @Test(
        "Objects with different keys or values are not equal",
        arguments: [
            ["a": 1], ["a": 1, "b": 2, "c": 3], ["a": 1, "c": 2], ["b": 1, "a": 2], ["a": 1, "b": 2.0],
        ] as [JSON])
    func inequality(other: JSON) {
        let value: JSON = ["a": 1, "b": 2]
        #expect(value != other)
        #expect(other != value)
    }

    @Test("Keys are the same when their bytes are, so two spellings of é are two keys")
    func keysByBytes() throws {
        let text = "{\"\u{E9}\": 1, \"e\u{301}\": 2}"
        let value = try JSON(parsing: text)
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(try value.serialized() == text)
        #expect(value == ["e\u{301}": 2, "\u{E9}": 1])
        #expect(value != ["e\u{301}": 1, "\u{E9}": 2])
    }

    @Test("A missing key, a missing index, and a member of something else read as null")
    func missing() {
        let value: JSON = ["a": [10, 20], "s": "x"]
        #expect(value.nothing == .null)
        #expect(value.nothing.below == .null)
        #expect(value.s.below == .null)
        #expect(value.a[1] == 20)
        #expect(value.a[2] == .null)
        #expect(value.a[-1] == .null)
        #expect(value[0] == .null)
    }

    @Test("Setting a member creates the objects on the way and replaces what is none")
    func setMembers() {
        var meta: JSON = nil
        meta.stats.max = 2.5
        meta["stats"]["min"] = -1
        #expect(meta == ["stats": ["max": 2.5, "min": -1]])
        meta.stats.max.of.all = true
        #expect(meta == ["stats": ["max": ["of": ["all": true]], "min": -1]])
        meta.stats = nil
        #expect(meta.asObject?.count == 1)
        #expect(meta.stats == .null)
    }

    @Test("The names of cases and likely names of metadata are available as members")
    func memberNames() {
        var meta: JSON = [:]
        meta.description = "d"
        meta.array = 1
        meta.string = 2
        meta.null = 3
        meta.count = 4
        meta["append"] = 5
        #expect(
            meta
                == ["description": "d", "array": 1, "string": 2, "null": 3, "count": 4, "append": 5])
    }

    @Test("Append makes null an array of one element and any other value the first of two")
    func append() {
        var meta: JSON = ["x": 1]
        meta.tags.append("seen")
        meta.tags.append("done")
        meta.x.append(2)
        #expect(meta == ["x": [1, 2], "tags": ["seen", "done"]])
    }

    @Test("Remove deletes the key and returns its value; where there is none, nothing changes")
    func remove() {
        var meta: JSON = ["a": 1, "b": nil, "c": 3]
        #expect(meta.remove("a") == .some(1))
        #expect(meta.remove("a") == .none)
        #expect(meta.remove("b") == .some(.null))
        #expect(meta == ["c": 3])
        var text: JSON = "text"
        #expect(text.remove("a") == .none)
        #expect(text == "text")
    }

    @Test("A value is given out as its own kind only, and an integer also as a double")
    func conversions() {
        let values: [JSON] = [nil, true, 1, 2.5, "x", [1], ["a": 1]]
        #expect(values.map(\.asBool) == [nil, true, nil, nil, nil, nil, nil])
        #expect(values.map(\.asInt) == [nil, nil, 1, nil, nil, nil, nil])
        #expect(values.map(\.asDouble) == [nil, nil, 1, 2.5, nil, nil, nil])
        #expect(values.map(\.asString) == [nil, nil, nil, nil, "x", nil, nil])
        #expect(values.map(\.asArray) == [nil, nil, nil, nil, nil, [1], nil])
        #expect(values.map(\.asObject) == [nil, nil, nil, nil, nil, nil, ["a": 1]])
    }

    @Test("Writing nil through an object's subscript deletes the key, writing null keeps it")
    func objectSubscript() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = nil
        object["b"] = .some(.null)
        object["c"] = 3
        #expect(object.map(\.key) == ["b", "c"])
        #expect(object.map(\.value) == [.null, 3])
        #expect(object[1].key == "c")
    }

    @Test("An object of 100,000 keys is parsed, compared, hashed and written")
    func manyKeys() throws {
        let keys = (0..<100_000).map { "key\($0)" }
        let object = JSONObject(keys.map { ($0, JSON.integer(1)) })
        let reversed = JSONObject(keys.reversed().map { ($0, JSON.integer(1)) })
        let value = JSON.object(object)
        let parsed = try JSON(parsing: try value.serialized())
        #expect(parsed == value)
        #expect(parsed.asObject?.keys == keys)
        #expect(JSON.object(reversed) == value)
        #expect(object.hashValue == reversed.hashValue)
    }

    @Test("A list which grows member by member to 100,000 elements is changed in place")
    func manyElements() {
        var meta: JSON = nil
        for index in 0..<100_000 { meta.log.steps.append(.integer(Int64(index))) }
        #expect(meta.log.steps.asArray?.count == 100_000)
        #expect(meta.log.steps[99_999] == 99_999)
    }

    @Test("Printing shows JSON text, NaN included")
    func printing() {
        #expect("\(["a": .real(.nan), "b": [1.0]] as JSON)" == #"{"a": NaN, "b": [1.0]}"#)
    }
}
