public import DirDB

/// Any value of the MessagePack format, for files whose content no type of the program describes.
///
/// Values of own types are stored and read directly, see ``MessagePackDumper``. An integer is ``int(_:)`` whenever it
/// is in the range of `Int64`.
public enum MessagePack: Hashable, Sendable {
    /// Nothing.
    case `nil`
    /// A truth value.
    case bool(Bool)
    /// An integer.
    case int(Int64)
    /// An integer beyond `Int64`.
    case uint(UInt64)
    /// A number of 32 bits.
    case float(Float)
    /// A number of 64 bits.
    case double(Double)
    /// A text.
    case string(String)
    /// Bytes.
    case binary([UInt8])
    /// Values in order.
    case array([MessagePack])
    /// Keys, of any kind, with values, in order.
    case map([Pair])
    /// Bytes with an application's own meaning, which a number tells.
    case ext(type: Int8, [UInt8])
    /// A moment.
    case timestamp(Timestamp)

    /// A key and its value.
    public struct Pair: Hashable, Sendable {
        /// The key.
        public var key: MessagePack
        /// The value.
        public var value: MessagePack

        /// Creates a pair.
        public init(_ key: MessagePack, _ value: MessagePack) {
            self.key = key
            self.value = value
        }
    }
}

extension MessagePack {
    /// The value of a map's last pair with this key; nil when there is none, or this is no map.
    public subscript(key: String) -> MessagePack? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.last { $0.key == .string(key) }?.value
    }

    /// The array of numbers that an extension of the type ``numericArrayType`` holds; nil for anything else.
    public var numericArray: (any NumpyArray)? {
        guard case .ext(Self.numericArrayType, let bytes) = self else { return nil }
        return bytes.withUnsafeBytes { bytes in try? NumericArrayBlob(bytes).array(in: bytes) }
    }
}

extension MessagePack: Storable {
    /// A value is stored as a msgpack file.
    public static var defaultDumper: MessagePackDumper<MessagePack> { MessagePackDumper() }
}
