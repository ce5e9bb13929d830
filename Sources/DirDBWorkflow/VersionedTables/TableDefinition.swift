public import DirDBDumpers

/// A table that a ``TableCache`` can build: its name and how its content is computed.
public struct TableDefinition: Sendable {
    /// The name, which is that of the file or folder.
    public let name: String
    /// What a row of it is, for people.
    public let description: String
    /// The columns by whose values it is divided into files; none for one file.
    public let partitionColumns: [String]
    /// Computes the content; it may ask the cache for other tables, but not for this one.
    public let build: @Sendable (TableCache) throws -> Table

    /// Creates a definition.
    ///
    /// - Parameters:
    ///   - name: The name, which is that of the file or folder.
    ///   - description: What a row of it is, for people.
    ///   - partitionColumns: The columns by whose values it is divided into files; none for one file.
    ///   - build: Computes the content; it may ask the cache for other tables, but not for this one.
    public init(
        _ name: String, description: String, partitionColumns: [String] = [],
        build: @escaping @Sendable (TableCache) throws -> Table
    ) {
        self.name = name
        self.description = description
        self.partitionColumns = partitionColumns
        self.build = build
    }
}
