import DirDB
import DirDBDumpers

/// Parses one parameter file into the value that Python's `json` would make of it.
///
/// The files are meant to be JSON, but are often written by hand or by Python's `print`. Beyond JSON there may be
/// trailing commas, strings in single quotes, `u''`, tuples, `None`, `True`, `False`, comments from `#` to the end of
/// the line. A tuple becomes an array, `None` becomes null.
enum ParameterParser {
    /// Parses a whole file.
    /// - Throws: `.damagedData` with line and column, and what was expected there.
    static func parse(_ bytes: [UInt8], path: String) throws(DirDBError) -> JSON {
        // Some editors put a byte order mark before UTF-8.
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var parser = PythonLiteralParser(bytes[start...], .parameters)
        do throws(LiteralFailure) { return JSON(try parser.parse()) } catch {
            throw .malformedParameters(path, error, in: bytes)
        }
    }
}

extension JSON {
    fileprivate init(_ literal: PythonLiteral) {
        switch literal {
        case .none: self = .null
        case .string(let value): self = .string(value)
        case .integer(let value): self = .integer(Int64(value))
        case .real(let value): self = .real(value)
        case .boolean(let value): self = .bool(value)
        case .tuple(let items), .list(let items): self = .array(items.map { JSON($0) })
        case .dictionary(let pairs):
            self = .object(
                JSONObject(
                    pairs.lazy.compactMap { pair in
                        guard case .string(let key) = pair.key else { return nil }
                        return (key, JSON(pair.value))
                    }))
        }
    }
}
