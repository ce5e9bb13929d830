/// The type of a column's values.
public enum ColumnType: String, Sendable, CaseIterable {
    /// Truth values.
    case bool
    /// Integers of 32 bits.
    case int32
    /// Integers of 64 bits.
    case int64
    /// Reals of 32 bits.
    case float
    /// Reals of 64 bits.
    case double
    /// Texts.
    case string
}
