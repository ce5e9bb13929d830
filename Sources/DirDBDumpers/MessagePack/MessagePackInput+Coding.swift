extension MessagePackInput: DecodingSource {
    func isNil(at position: Int) -> Bool { position < bytes.count && bytes[position] == 0xC0 }

    func kind(at position: Int) throws(CodingFailure) -> String { try header(at: position).header.kind }

    func whole<T>(_ type: T.Type, at position: Int) throws(CodingFailure) -> Found<T> {
        if let value = common(type, at: position) { return .value(value) }
        if containerTypes.contains(type) { return .inParts }
        guard let atom = type as? any MessagePackAtom.Type else {
            containerTypes.insert(type)
            return .inParts
        }
        var cursor = cursor(at: position)
        let header = try cursor.next()
        if let value = try atom.init(atom: header, &cursor) as? T { return .value(value) }
        switch header {
        // What another library wrote element by element is read so.
        case .array, .map: return atom is any ElementwiseDecodable.Type ? .inParts : .otherKind
        default: return .otherKind
        }
    }

    /// Reads a value of one of the most common types; nil for others, and for a value of another kind.
    @inline(__always)
    private func common<T>(_ type: T.Type, at position: Int) -> T? {
        guard type == String.self || type == Int.self || type == Double.self || type == Bool.self else {
            return nil
        }
        var cursor = cursor(at: position)
        switch try? cursor.next() {
        case .string(let count) where type == String.self:
            return (try? cursor.string(count)).map { unsafeBitCast($0, to: type) }
        case .int(let value) where type == Int.self: return unsafeBitCast(Int(value), to: type)
        case .double(let value) where type == Double.self: return unsafeBitCast(value, to: type)
        case .bool(let value) where type == Bool.self: return unsafeBitCast(value, to: type)
        default: return nil
        }
    }

    func array(at position: Int) throws(CodingFailure) -> (count: Int, first: Int)? {
        guard case (.array(let count), let end) = try header(at: position) else { return nil }
        return (count, end)
    }

    func map(at position: Int) throws(CodingFailure) -> MessagePackMap? {
        guard case (.map(let count), let end) = try header(at: position) else { return nil }
        return try MessagePackMap(self, count, at: end)
    }

    func end(ofValueAt position: Int) throws(CodingFailure) -> Int {
        var cursor = cursor(at: position)
        try cursor.skip()
        return cursor.position
    }

    /// The header of a value and where it ends.
    func header(at position: Int) throws(CodingFailure) -> (header: MessagePackHeader, end: Int) {
        var cursor = cursor(at: position)
        return (try cursor.next(), cursor.position)
    }
}

/// An array, which is one value here and may be several elsewhere.
private protocol ElementwiseDecodable {}

extension Array: ElementwiseDecodable where Element: NumpyElement {}
extension NDArray: ElementwiseDecodable {}
