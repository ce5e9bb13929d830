/// The form of a value that is being encoded: all that ``ValueEncoder`` asks of a format.
///
/// Values are appended one after the other, before each value of a map its key. A value of several parts is opened
/// before its parts and closed after them. Positions count what the sink likes, such as bytes.
protocol EncodingSink: AnyObject {
    /// The deepest nesting that the format has.
    var deepest: Int { get }
    /// The position after all that was appended.
    var count: Int { get }

    /// Takes back what was appended from a position on.
    func truncate(to position: Int)
    func appendNil()
    func appendKey(_ key: any CodingKey, isInteger: Bool)
    /// Appends a value of a type that is one value in the format; of others says how they are encoded.
    /// - Throws: When it is beyond what the format has.
    func append<T>(whole value: T) throws(CodingFailure) -> Appended
    func open()
    /// Makes an array, or a map, of all that was appended from a position on.
    func close(isMap: Bool, count: Int, from start: Int)
    /// A sink for a part that is not completed in its turn.
    func makeNested() -> any EncodingSink
    /// Puts the contents of nested sinks at their positions, which ascend.
    func insert(_ nested: [(position: Int, content: any EncodingSink)])
}

/// What became of a value that might have been one in the format.
enum Appended {
    case whole
    /// It is not, and its keys are integers and not texts that look like them, which its coding keys do not say.
    case inParts(hasIntegerKeys: Bool)
}

extension EncodingSink {
    /// Appends a value of any type.
    func encode<T: Encodable>(_ value: T, depth: Int, _ trail: @autoclosure () -> CodingTrail) throws {
        let start = count
        do {
            guard case .inParts(let hasIntegerKeys) = try append(whole: value) else { return }
            guard depth < deepest else { throw CodingFailure(cause: "it is nested deeper than \(deepest)") }
            let encoder = ValueEncoder(self, depth: depth, trail(), hasIntegerKeys: hasIntegerKeys)
            try value.encode(to: encoder)
            encoder.finish()
        } catch {
            // Whoever catches this goes on with something else in its place.
            truncate(to: start)
            guard let failure = error as? CodingFailure else { throw error }
            throw EncodingError.invalidValue(
                value, .init(codingPath: trail().path, debugDescription: failure.cause))
        }
    }
}
