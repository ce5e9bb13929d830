import DirDB
import DirDBDumpers

/// The result of a command on its way to standard output.
struct Output: ~Copyable {
    private static let capacity = 1 << 16

    private var buffer: [UInt8] = []

    private init() {}

    /// Runs `body` and writes what it gave, also when it throws.
    /// - Throws: What `body` throws; an error when standard output cannot be written.
    static func write<Result>(_ body: (inout Output) throws -> Result) throws -> Result {
        var output = Output()
        let result: Result
        do {
            result = try body(&output)
        } catch {
            try output.flush()
            throw error
        }
        try output.flush()
        return result
    }

    /// Writes a line, whose control characters are made visible.
    mutating func line(_ text: String) throws {
        buffer += text.escapingControls(keepingLines: true).utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Writes a line of csv (RFC 4180, with line feeds).
    mutating func csv(_ fields: [String]) throws {
        let texts = fields.map { field in
            field.utf8.contains { "\",\n\r".utf8.contains($0) }
                ? "\"\(field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
                : field
        }
        buffer += texts.joined(separator: ",").utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Writes a value as JSON on one line.
    mutating func json(_ value: JSON) throws {
        try line(try value.serialized())
    }

    /// Writes bytes as they are.
    mutating func bytes(_ bytes: UnsafeRawBufferPointer) throws {
        try flush()
        try Self.writeAll(bytes)
    }

    private mutating func flush() throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes { try Self.writeAll($0) }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        do { try System.writeAll(1, bytes) } catch {
            throw CommandError(
                "cannot write to standard output: \(System.message(error.errno)); redirect it elsewhere")
        }
    }
}
