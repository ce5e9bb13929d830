import DirDB
import DirDBDumpers

/// What `registry.json` tells of a table.
public struct RegisteredTable: Codable, Hashable, Sendable {
    /// A column of a table.
    public struct Column: Codable, Hashable, Sendable {
        /// The name.
        public let name: String
        /// The type in the words of Parquet, such as `double`.
        public let dtype: String
    }

    /// The name.
    public let name: String
    /// What a row of it is, for people.
    public let description: String
    /// Where it is below the folder of the cache: a file, or a pattern for files such as `v2/spikes/**/*.parquet`.
    public let location: String
    /// Whether it is divided into files as Hive does it.
    public let partitioned: Bool
    /// The columns by whose values it is divided, the outermost folder first; none when it is not.
    public let partitionColumns: [String]
    /// The number of rows.
    public let rows: Int
    /// The columns in order, those of the partitions among them.
    public let columns: [Column]

    private enum CodingKeys: String, CodingKey {
        case name, description, location, partitioned
        case partitionColumns = "partition_columns"
        case rows, columns
    }

    init(_ name: String, _ table: Table, description: String, partitionColumns: [String], folder: String) {
        self.name = name
        self.description = description
        partitioned = !partitionColumns.isEmpty
        location = Self.location(of: name, partitioned, in: folder)
        self.partitionColumns = partitionColumns
        rows = table.rowCount
        columns = table.columns.map { Column(name: $0.name, dtype: $0.dtype) }
    }

    static func location(of name: String, _ isPartitioned: Bool, in folder: String) -> String {
        isPartitioned ? "\(folder)/\(name)/**/*.parquet" : "\(folder)/\(name).parquet"
    }
}
