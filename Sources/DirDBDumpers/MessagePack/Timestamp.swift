/// A moment: seconds since 1970-01-01 00:00 UTC, leap seconds not counted, and nanoseconds.
///
/// In MessagePack it is the extension -1, which other libraries read as a time.
public struct Timestamp: Hashable, Sendable, Codable {
    /// Whole seconds since 1970; negative before.
    public let seconds: Int64
    /// Nanoseconds after that, from 0 to 999,999,999.
    public let nanoseconds: UInt32

    /// Creates a moment; nil for nanoseconds that make a second or more.
    public init?(seconds: Int64, nanoseconds: UInt32) {
        guard nanoseconds < 1_000_000_000 else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Creates the moment at which a second begins.
    public init(seconds: Int64) {
        self.seconds = seconds
        nanoseconds = 0
    }
}

extension Timestamp: Comparable {
    /// Whether a moment is before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
