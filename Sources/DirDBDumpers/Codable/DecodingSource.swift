/// A value that is being decoded: all that ``ValueDecoder`` asks of a format.
///
/// It and each of its parts begin at a position; what positions count is up to the source.
protocol DecodingSource: AnyObject {
    associatedtype Map: DecodingMap

    func isNil(at position: Int) -> Bool
    /// The kind of the value as messages name it.
    func kind(at position: Int) throws(CodingFailure) -> String
    /// The value, if it is one of a type that is one value in the format.
    /// - Throws: When it is beyond the range of the type.
    func whole<T>(_ type: T.Type, at position: Int) throws(CodingFailure) -> Found<T>
    /// The number of elements and where the first begins; nil when this is not an array.
    func array(at position: Int) throws(CodingFailure) -> (count: Int, first: Int)?
    /// nil when this is not a map.
    func map(at position: Int) throws(CodingFailure) -> Map?
    /// Where the next value begins.
    func end(ofValueAt position: Int) throws(CodingFailure) -> Int
}

/// The keys of a map, and where their values begin.
protocol DecodingMap {
    var kind: String { get }
    func keys<Key: CodingKey>(_ type: Key.Type) -> [Key]
    func find(_ name: String, _ number: Int?) -> Int?
}

/// What a value is that might have been one of a certain type.
enum Found<T> {
    case value(T)
    case otherKind
    /// The type decodes it from its parts.
    case inParts
}

extension DecodingSource {
    /// Reads the value at a position.
    func decode<T: Decodable>(
        _ type: T.Type, at position: Int, _ trail: @autoclosure () -> CodingTrail
    ) throws -> T {
        switch try checked(trail(), { () throws(CodingFailure) in try whole(type, at: position) }) {
        case .value(let value): return value
        case .inParts:
            return try T(from: ValueDecoder(source: self, position: position, trail: trail()))
        case .otherKind: throw mismatch(type, at: position, trail())
        }
    }

    /// What `body` returns; its failure becomes one of the standard library's.
    func checked<Result>(
        _ trail: @autoclosure () -> CodingTrail, _ body: () throws(CodingFailure) -> Result
    ) throws -> Result {
        do throws(CodingFailure) { return try body() } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: trail().path, debugDescription: error.cause))
        }
    }

    /// The value is nil or of another kind than the type asked for.
    func mismatch(_ type: Any.Type, at position: Int, _ trail: CodingTrail) -> DecodingError {
        let kind = (try? kind(at: position)) ?? "nothing"
        let context = DecodingError.Context(
            codingPath: trail.path, debugDescription: "expected \(type), found \(kind)")
        return isNil(at: position) ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}
