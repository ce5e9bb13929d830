import DirDBDumpers
import Foundation
import TestSupport
import Testing

@Suite("Decimal numbers: to the bit as strtod and Python read them")
struct DecimalParserTests {
    /// Parses a text that is followed by something else, and one that ends where its memory ends.
    private static func double(_ text: String) -> (bits: UInt64, count: Int)? {
        let bytes = Array(text.utf8)
        func parse(_ bytes: [UInt8]) -> (bits: UInt64, count: Int)? {
            bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return nil }
                return DecimalParser.double(start, start + buffer.count).map {
                    ($0.value.bitPattern, $0.next - start)
                }
            }
        }
        let (alone, followed) = (parse(bytes), parse(bytes + Array(",12345678901234567".utf8)))
        #expect(alone?.bits == followed?.bits && alone?.count == followed?.count, "\(text)")
        return alone
    }

    private static func int64(_ text: String) -> (value: Int64, count: Int)? {
        Array(text.utf8).withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return DecimalParser.int64(start, start + buffer.count).map { ($0.value, $0.next - start) }
        }
    }

    private static func check(_ text: String) {
        let found = double(text)
        let expected = Foundation.strtod(text, nil).bitPattern
        if found?.bits == expected && found?.count == text.utf8.count { return }
        Issue.record("\(text) is read as \(found.map { "\(Double(bitPattern: $0.bits))" } ?? "nothing")")
    }

    /// What the standard library reads at the start of bytes that end with a zero.
    private static func strtod(_ bytes: [UInt8]) -> (UInt64, Int)? {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = Foundation.strtod(start, &end)
            return end.map { (value.bitPattern, UnsafePointer($0) - start) }
        }
    }

    static let edges = [
        "0", "-0", "+0.0", "1.", ".5", "-.5e1", "1e5", "1E+05", "1e-5", "007.250", "9007199254740993",
        "9007199254740992.5", "9007199254740993e0", "2.2250738585072011e-308", "2.2250738585072014e-308",
        "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309", "-1e309", "1e-323", "1e-324",
        "1e-400",
        "1e400", "1e99999999999999999999", "1e-99999999999999999999", "0e99999999999", "18446744073709551615",
        "18446744073709551616", "9999999999999999999", "10000000000000000000", "1e22", "1e23", "8.5e22",
        "1e-22",
        "6.02214076e23", "3.14159265358979323846264338327950288", "0.1", "0.30000000000000004",
        "5e-324", "123456789012345678", "1234567890123456789.0", "12345678901234567890123",
        "0.000000000000000000000000000000000000001234567890123456789",
        "00000000000000000000000000000000000000000001.5", "1" + String(repeating: "0", count: 400),
        "0." + String(repeating: "0", count: 400) + "1e401", String(repeating: "9", count: 800) + "e-790",
        "7.0420557077594588669468784357561207962098443483187940792729600000e+59",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
    ]

    @Test("Limits, halfway cases, many digits, many zeros", arguments: edges)
    func edge(text: String) {
        Self.check(text)
    }

    @Test("A number ends where its text does")
    func ends() {
        for (text, count) in [
            ("1.5,2", 3), ("12x", 2), ("1e", 1), ("1e+", 1), ("1.5e-x", 3), ("1..2", 2), ("-1-", 2),
            ("1 ", 1),
            ("12345678a", 8), ("123456789:", 9), ("1234567/1", 7),
        ] {
            #expect(Self.double(text)?.count == count, "\(text)")
        }
        for text in ["", "-", "+", ".", "-.", "e5", ".e5", "--1", "nan", "inf", " 1", ",", "-,1"] {
            #expect(Self.double(text) == nil, "\(text)")
        }
    }

    @Test("As many digits before and behind the point as there may be, and any byte behind the number")
    func layouts() throws {
        var random = SplitMix64(state: 4)
        for (whole, fraction) in (0...9).flatMap({ whole in (0...17).map { (whole, $0) } }) {
            // strtod takes hexadecimal numbers too.
            let digits = (0..<whole + fraction).map { _ in "\(random.next() % 9 + 1)" }
            for sign in ["", "-"] where whole + fraction > 0 {
                let text = sign + digits[..<whole].joined() + "." + digits[whole...].joined()
                for byte in UInt8.min...UInt8.max {
                    let bytes = Array(text.utf8) + [byte] + Array("5-7\t.1234567890123456\0".utf8)
                    let expected = Self.strtod(bytes)
                    let found = bytes.withUnsafeBufferPointer { bytes in
                        bytes.baseAddress.flatMap { start in
                            DecimalParser.double(start, start + bytes.count).map {
                                ($0.value.bitPattern, $0.next - start)
                            }
                        }
                    }
                    #expect(found?.0 == expected?.0 && found?.1 == expected?.1, "\(text) and \(byte)")
                }
            }
        }
    }

    @Test("Usual numbers are read up to the first that is not one, or has another byte behind it")
    func usualDoubles() {
        let text = "-61.4607218758\t100.0\t.5\n-0.0\t1e5\t2.5\t3.5 4.5\t5.5\t0123456789abcdefgh"
        let cases: [(offset: Int, count: Int, values: [Double], next: Int)] = [
            (0, 3, [-61.4607218758, 100, 0.5], 24), (0, 2, [-61.4607218758], 15), (0, 1, [], 0),
            (24, 2, [-0.0], 29), (29, 2, [], 29), (33, 3, [2.5], 37), (41, 4, [4.5, 5.5], 49), (0, 0, [], 0),
        ]
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            for item in cases {
                var values = [Double](repeating: 7, count: 8)
                var next = start + item.offset
                let count = values.withUnsafeMutableBufferPointer { values in
                    values.baseAddress.map {
                        DecimalParser.usualDoubles(
                            &next, start + bytes.count, into: $0, stride: 2, count: item.count,
                            separator: UInt8(ascii: "\t"), terminator: UInt8(ascii: "\n"))
                    }
                }
                #expect(count == item.values.count && next - start == item.next, "\(item)")
                let expected: [Double] = item.values.flatMap { [$0, 7] }
                #expect(values.prefix(expected.count).map(\.bitPattern) == expected.map(\.bitPattern))
            }
        }
    }

    @Test("Integers up to the limits of Int64, and none beyond")
    func integers() {
        for value in [
            0, 1, -1, 12_345_678, 123_456_789, -1_234_567_890_123_456, Int64.max, .min, .max - 1, .min + 1,
        ] {
            #expect(Self.int64("\(value)")?.value == value)
        }
        #expect(Self.int64("+00000000000000000000000000000000012")?.value == 12)
        #expect(Self.int64("-0009223372036854775808")?.value == .min)
        #expect(Self.int64("12.5")?.count == 2)
        for text in [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999", "",
            "-", "a",
        ] {
            #expect(Self.int64(text) == nil, "\(text)")
        }
    }

    @Test("Random bit patterns, by their shortest text and by 17 digits")
    func randomBits() {
        var random = SplitMix64(state: 1)
        for _ in (0..<40_000).sampled {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            Self.check("\(value)")
            Self.check(String(format: "%.17g", value))
            // Subnormal numbers, of which random bits have few.
            Self.check("\(Double(bitPattern: random.next() >> 12))")
        }
    }

    @Test("Halfway between two neighbours, and a little above and below")
    func halfway() {
        var random = SplitMix64(state: 2)
        for _ in (0..<4_000).sampled {
            // Up to 2^63 the middle has at most 19 digits before the point.
            let odd = (random.next() | 1 << 63) >> 10 | 1
            let exponent = Int.random(in: -20...9, using: &random)
            // "%f" prints such a number exactly; Double itself cannot hold 54 bits.
            let exact = Self.exactText(odd, exponent)
            Self.check(exact)
            Self.check(exact + "0000000000000000000001")
            Self.check(exact.dropLastDigitByOne)
        }
    }

    @Test("Random digits: 1 to 40 of them, a point anywhere, any exponent, zeros in front")
    func randomDigits() {
        var random = SplitMix64(state: 3)
        for _ in (0..<60_000).sampled {
            var text = Bool.random(using: &random) ? "-" : ""
            text += String(
                repeating: "0", count: random.next() % 8 == 0 ? Int.random(in: 1...30, using: &random) : 0)
            let count = Int.random(in: 1...(random.next() % 4 == 0 ? 40 : 19), using: &random)
            let point = Int.random(in: -1...count, using: &random)
            for place in 0..<count {
                if place == point { text += "." }
                text += "\(random.next() % 10)"
            }
            if Bool.random(using: &random) { text += "e\(Int.random(in: -345...310, using: &random))" }
            Self.check(text)
        }
    }

    @Test(
        "Python reads the same",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func python() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import random, struct, sys
            random.seed(5)
            def texts():
                for _ in range(20000):
                    bits = random.getrandbits(64)
                    value = struct.unpack('<d', struct.pack('<Q', bits))[0]
                    if value - value == 0: yield repr(value)
                    yield f'{random.uniform(-1000, 1000):.12g}'
                    yield f'{random.randrange(10**random.randrange(1, 30))}e{random.randrange(-340, 300)}'
                for q in range(-342, 309):
                    for w in [1, 3, 2**53 - 1, 2**53 + 1, 2**63 + 1, 10**19 - 1, random.getrandbits(63)]:
                        yield f'{w}e{q}'
            with open(sys.argv[1] + '/numbers.txt', 'w') as file:
                for text in texts():
                    file.write(f'{text} {struct.unpack("<Q", struct.pack("<d", float(text)))[0]}\\n')
            """, [directory.path])
        var count = 0
        for line in try directory.text("numbers.txt").split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            #expect(Self.double(parts[0])?.bits == UInt64(parts[1]), "\(parts[0])")
            count += 1
        }
        #expect(count > 60_000)
    }

    /// number × 2^exponent, all digits.
    private static func exactText(_ number: UInt64, _ exponent: Int) -> String {
        if exponent >= 0 { return "\(UInt128(number) << UInt128(exponent))" }
        var digits = UInt128(number)
        // n / 2^k = n × 5^k / 10^k; 5^20 leaves room in 128 bits.
        for _ in 0..<(-exponent) { digits *= 5 }
        var text = "\(digits)"
        text.insert(".", at: text.index(text.endIndex, offsetBy: exponent))
        return text
    }
}

extension String {
    /// The number just below, for a text that does not end in 0.
    fileprivate var dropLastDigitByOne: String {
        guard let last = last?.wholeNumberValue, last > 0 else { return self }
        return String(dropLast()) + "\(last - 1)9999999999"
    }
}
