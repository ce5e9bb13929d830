import DirDB
import Foundation
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite struct PythonJSONTests {
    static let numbers: [(Double, String)] = [
        (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-75, "-75.0"), (0.025, "0.025"), (100, "100.0"),
        (3.26e-5, "3.26e-05"),
        (0.0001, "0.0001"), (0.00012345, "0.00012345"), (1e-5, "1e-05"), (1.5e-10, "1.5e-10"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"), (9_007_199_254_740_992, "9007199254740992.0"),
        (123_456_789_012_345_680, "1.2345678901234568e+17"),
        (1e22, "1e+22"), (1.5e300, "1.5e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.1 + 0.2, "0.30000000000000004"), (1 / 3, "0.3333333333333333"), (12345.678, "12345.678"),
    ]

    @Test("Reals are written as Python prints them", arguments: numbers)
    func reals(_ value: Double, _ text: String) {
        #expect(value.pythonDescription == text)
        #expect(Double(value.pythonDescription)?.bitPattern == value.bitPattern)
    }

    @Test("Lists and objects are indented by four spaces, empty ones stand on one line, keys stay in order")
    func layout() {
        let value: JSON = [
            "b": [1, [], ["x": [:]]], "a": .null, "c": [true, 1.0, -5, "\u{e9}\u{1F600}\u{7F}\"\\\n"],
        ]
        let text = #"""
            {
                "b": [
                    1,
                    [],
                    {
                        "x": {}
                    }
                ],
                "a": null,
                "c": [
                    true,
                    1.0,
                    -5,
                    "\u00e9\ud83d\ude00\u007f\"\\\n"
                ]
            }
            """#
        #expect(String(decoding: PythonJSON.text(of: value), as: UTF8.self) == text)
    }

    @Test(
        "What Python's repr or json wrote is read and written as json.dumps(indent=4) does, to the byte",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"),
        arguments: ["repr", "json", "mixed"])
    func python(_ style: String) throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import json, math, random, struct, sys
            random.seed(len(sys.argv[2]))
            def number():
                while True:
                    x = struct.unpack('d', random.randbytes(8))[0]
                    if math.isfinite(x): return x
            def text():
                return ''.join(random.choice('aZ09 /_.#\\'"\\\\\\n\\t\\x01\\x7f\\xe9\\u20ac\\U0001F600') for _ in range(random.randrange(9)))
            def value(depth):
                kind = random.randrange(9 if depth < 5 else 6)
                if kind == 0: return random.choice([None, True, False])
                if kind == 1: return random.randrange(-2**63, 2**63) >> random.randrange(64)
                if kind == 2: return number()
                if kind == 3: return round(random.gauss(0, 100), random.randrange(8))
                if kind == 4: return float(10 ** random.randrange(23))
                if kind == 5: return text()
                if kind == 6: return [value(depth + 1) for _ in range(random.randrange(6))]
                if kind == 7: return tuple(value(depth + 1) for _ in range(random.randrange(4)))
                return {text(): value(depth + 1) for _ in range(random.randrange(6))}
            values = {'key %d' % i: value(0) for i in range(400)}
            if sys.argv[2] == 'repr': source = repr(values)
            elif sys.argv[2] == 'json': source = json.dumps(values, ensure_ascii=False)
            else:
                source = '{ # all\\n' + ''.join(
                    '  %s: %s, # %s\\n' % (json.dumps(k), random.choice([repr, json.dumps])(v), i)
                    for i, (k, v) in enumerate(values.items())) + '}\\n'
            open(sys.argv[1] + '/source', 'w', encoding='utf-8', newline='').write(source)
            open(sys.argv[1] + '/expected', 'w').write(json.dumps(values, indent=4))
            """, [directory.path, style])
        let source = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path(of: "source"))))
        let expected = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path(of: "expected"))))
        let written = PythonJSON.text(of: try ParameterParser.parse(source, path: "source"))
        #expect(written.count == expected.count)
        #expect(written == expected)
    }
}
