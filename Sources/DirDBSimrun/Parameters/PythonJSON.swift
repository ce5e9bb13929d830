import DirDB

/// JSON text as Python writes it by `json.dumps(value, indent=4)`, to the byte.
struct PythonJSON {
    private var bytes: [UInt8] = []

    static func text(of value: JSON) -> [UInt8] {
        var writer = PythonJSON()
        writer.write(value, depth: 0)
        return writer.bytes
    }

    private mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .largeInteger(let value): bytes += value.text.utf8
        case .real(let value): write(value)
        case .string(let value): write(value)
        case .array(let items):
            writeLines("[", "]", items.count, depth: depth) { writer, index in
                writer.write(items[index], depth: depth + 1)
            }
        case .object(let object):
            writeLines("{", "}", object.count, depth: depth) { writer, index in
                writer.write(object.keys[index])
                writer.bytes += ": ".utf8
                writer.write(object.values[index], depth: depth + 1)
            }
        }
    }

    private mutating func writeLines(
        _ opening: String, _ closing: String, _ count: Int, depth: Int,
        _ item: (inout PythonJSON, Int) -> Void
    ) {
        bytes += opening.utf8
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            writeLineStart(depth: depth + 1)
            item(&self, index)
        }
        if count > 0 { writeLineStart(depth: depth) }
        bytes += closing.utf8
    }

    private mutating func writeLineStart(depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 4 * depth)
    }

    private mutating func write(_ value: Double) {
        if value.isNaN {
            bytes += "NaN".utf8
        } else if value.isInfinite {
            bytes += (value < 0 ? "-Infinity" : "Infinity").utf8
        } else {
            bytes += value.pythonDescription.utf8
        }
    }

    /// All but printable ASCII is escaped, which is Python's default.
    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{8}": bytes += "\\b".utf8
            case "\u{C}": bytes += "\\f".utf8
            case " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            default: for unit in UTF16.encode(scalar).map(Array.init) ?? [] { writeEscape(of: unit) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(of unit: UInt16) {
        bytes += "\\u\(unit.hexadecimal)".utf8
    }
}

extension Double {
    /// A number as Python prints it: the fewest digits that tell it from all others, with an exponent from 1e16
    /// on and below 1e-4.
    var pythonDescription: String {
        guard isFinite else { return description }
        // Swift finds the same digits, and differs only in where it uses an exponent.
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let written = mantissa.joined()
        let significant = written.drop { $0 == "0" }
        let leadingZeros = written.utf8.count - significant.utf8.count
        let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].utf8.count - leadingZeros - 1
        var digits = String(significant)
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = self.sign == .minus ? "-" : ""
        if digits.isEmpty { return sign + "0.0" }
        if exponent < -4 || exponent >= 16 {
            let size = String(exponent.magnitude)
            let fraction = digits.utf8.count > 1 ? ".\(digits.dropFirst())" : ""
            let power = "\(exponent < 0 ? "-" : "+")\(size.utf8.count < 2 ? "0" : "")\(size)"
            return "\(sign)\(digits.prefix(1))\(fraction)e\(power)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        digits += String(repeating: "0", count: max(0, exponent + 1 - digits.utf8.count))
        let fraction = digits.dropFirst(exponent + 1)
        return "\(sign)\(digits.prefix(exponent + 1)).\(fraction.isEmpty ? "0" : fraction)"
    }
}
