public import DirDB
public import DirDBDumpers

extension Entry {
    /// Reads a part of a table, and no more of its file than that takes.
    ///
    /// - Parameter selection: The columns and rows.
    /// - Returns: The table.
    /// - Throws: `.notFound` when there is no such entry or column; what ``Selection/table(from:)`` throws.
    public func get(_ selection: Selection) throws -> Table {
        try withData { file in try selection.table(from: file) }
    }

    /// Reads members of an npz archive, and of each the rows.
    ///
    /// - Parameter selection: The members and rows.
    /// - Returns: The arrays, mapped where that is possible.
    /// - Throws: `.notFound` when there is no such entry or member; what ``Selection/arrays(from:)`` throws.
    public func get(_ selection: Selection) throws -> NamedArrays {
        try withData { file in try selection.arrays(from: file) }
    }

    /// Copies a part of the data, with the metadata, to another entry of this or any other database.
    ///
    /// What was recorded of the whole, see ``Provenance``, is left out.
    ///
    /// - Parameters:
    ///   - selection: The part.
    ///   - target: The entry to make; its data has the same format.
    ///   - replacing: Whether an existing target is replaced; otherwise it is an error.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    /// - Throws: What ``Entry/copy(to:replacing:timeout:durability:)`` and ``Selection/write(_:to:)`` throw; the target
    ///   then is as it was.
    public func copy(
        _ selection: Selection, to target: Entry, replacing: Bool = false, timeout: Duration? = nil
    ) throws {
        let describe = { (bytes: [UInt8]) -> [UInt8]? in
            guard !selection.isAll, let meta = try? JSON(parsing: bytes), var object = meta.asObject,
                object.removeValue(forKey: Provenance.key) != nil
            else { return bytes }
            return object.isEmpty ? nil : try JSON.object(object).serializedBytes()
        }
        try copy(to: target, replacing: replacing, timeout: timeout, describing: describe) { data, sink in
            try selection.write(data, to: &sink)
        }
    }
}
