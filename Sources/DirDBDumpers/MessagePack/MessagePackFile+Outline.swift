import DirDB

extension MessagePackFile {
    /// What the value of a file consists of.
    static func outline(
        _ file: borrowing DataFile, _ limits: OutlineLimits
    ) throws(DirDBError) -> StructureOutline {
        let mapped = try file.map()
        let path = file.path
        return try mapped.withUnsafeBytes { (bytes) throws(DirDBError) in
            do throws(CodingFailure) {
                var cursor = MessagePackCursor(bytes)
                return try cursor.outline(
                    depth: min(limits.depth, MessagePackCursor.deepest), count: limits.count)
            } catch {
                throw .damagedData(path, "it has \(error.cause)")
            }
        }
    }
}

extension MessagePackCursor {
    /// Tells what the next value consists of; it may not be gone over to its end.
    fileprivate mutating func outline(depth: Int, count: Int) throws(CodingFailure) -> StructureOutline {
        let header = try next()
        switch header {
        case .array(let total): return try outline(of: header, total, isMap: false, depth, count)
        case .map(let total): return try outline(of: header, total, isMap: true, depth, count)
        default: return StructureOutline(try summary(of: header))
        }
    }

    private mutating func outline(
        of header: MessagePackHeader, _ total: Int, isMap: Bool, _ depth: Int, _ count: Int
    ) throws(CodingFailure) -> StructureOutline {
        let summary = "\(header.kind) of \(total)"
        let shown = depth > 0 ? min(total, max(0, count)) : 0
        var parts: [StructureOutline.Part] = []
        for index in 0..<shown {
            let label = isMap ? try label() : nil
            let start = position
            parts.append(.init(label: label, content: try outline(depth: depth - 1, count: count)))
            if index + 1 < shown {
                position = start
                try skip()
            }
        }
        return StructureOutline(summary, parts: parts, omittedCount: total - shown)
    }

    private mutating func label() throws(CodingFailure) -> String {
        let start = position
        switch try next() {
        case .string(let count): return StructureOutline.label(try string(count))
        case .array(let count), .map(let count):
            position = start
            try skip()
            return "a key of \(count)"
        case let header: return try summary(of: header)
        }
    }

    /// A value that holds no others.
    private mutating func summary(of header: MessagePackHeader) throws(CodingFailure) -> String {
        switch header {
        case .nil, .array, .map: return header.kind
        case .bool(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)"
        case .float(let value): return "\(value)"
        case .double(let value): return "\(value)"
        case .string(let count):
            if count > 1000 {
                position += count
                return "string of \(count) bytes"
            }
            return "string \(StructureOutline.quoted(try string(count)))"
        case .ext(-1, let count):
            let time = try timestamp(count)
            return "timestamp \(time.seconds) s" + (time.nanoseconds == 0 ? "" : " \(time.nanoseconds) ns")
        case .ext(MessagePack.numericArrayType, let count):
            let blob = try NumericArrayBlob(content(count))
            return "\(blob.dtype.name) array \(blob.shape.tupleText)"
        case .binary(let count), .ext(_, let count):
            position += count
            return "\(header.kind) of \(count) bytes"
        }
    }
}
