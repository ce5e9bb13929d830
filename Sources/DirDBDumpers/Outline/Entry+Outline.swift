public import DirDB

extension Entry {
    /// What the entry's value consists of, when it is in a format of nested values: msgpack or pickle.
    ///
    /// - Parameter limits: How much is shown.
    /// - Returns: The outline; nil for other formats, of which `info()` tells all there is to tell.
    /// - Throws: `.notFound`; `.ambiguousFormat`; `.damagedData`; `.unsupportedFormat` for a pickle of what only
    ///   Python knows.
    /// - Complexity: What is shown, and the headers of what lies before it; large parts are not read.
    public func outline(_ limits: OutlineLimits = OutlineLimits()) throws -> StructureOutline? {
        try withData { file in
            switch file.format {
            case MessagePackFile.format: try MessagePackFile.outline(file, limits)
            case PickleDumper().fileExtension: try PickleDumper().outline(file, limits)
            default: nil
            }
        }
    }
}
