public import DirDB
public import DirDBDumpers

extension Simrun {
    /// The traces of an entry, whether it holds them or links to the raw files.
    ///
    /// - Parameter entry: An entry such as `voltage_traces`; 32-bit reals are widened.
    /// - Returns: A row for each trace, in mV.
    /// - Throws: What ``DirDB/Entry/get(_:)`` and ``LinkedTraces/load(_:)`` throw.
    public static func traces(_ entry: Entry) throws -> NDArray<Double> {
        if try isLinked(entry) { return try entry.get(as: LinkedTraces()) }
        guard try entry.info().content.dtype == "float32" else { return try entry.get() }
        let traces: NDArray<Float> = try entry.get()
        return try NDArray(shape: traces.shape, elements: traces.withElements { $0.map(Double.init) })
    }

    /// The table of an entry, whether it holds it or links to the raw files.
    ///
    /// - Parameter entry: An entry such as `synapse_activation`.
    /// - Returns: The table.
    /// - Throws: What ``DirDB/Entry/get(_:)`` and ``LinkedTable/load(_:)`` throw.
    public static func table(_ entry: Entry) throws -> Table {
        try isLinked(entry) ? try entry.get(as: LinkedTable()) : try entry.get()
    }

    /// Whether an entry holds only a link to raw files.
    /// - Throws: What ``DirDB/Entry/info()`` throws, but for damage of the data.
    public static func isLinked(_ entry: Entry) throws -> Bool {
        try entry.withData { $0.format == Link.fileExtension }
    }

    /// Compares the raw files that an entry links to with what they were when it was made; any other entry has none.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: `.notFound` when a raw file is gone; `.damagedData` when one has changed since; ``DirDBError``.
    /// - Complexity: One call for each raw file; none is read.
    public static func requireUnchanged(_ entry: Entry) throws {
        try link(in: entry)?.requireUnchanged(entry.path)
    }

    private static func link(in entry: Entry) throws -> Link? {
        let content: [UInt8]? = try entry.withData { file in
            file.format == Link.fileExtension ? try file.readBytes() : nil
        }
        return try content.map { try Link($0, path: entry.path) }
    }

    /// Rewrites a linked entry to npy or parquet, independent of the raw files; nothing happens to any other.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - progress: Called often, on the calling thread.
    ///   - annotate: Adds to the metadata of the entry when its new data and metadata are staged.
    /// - Returns: Whether it was a link.
    /// - Throws: `.notFound` when a raw file is gone; `.damagedData` when one has changed since; ``DirDBError``. The
    ///   entry then stays a link.
    @discardableResult
    public static func optimize(
        _ entry: Entry, progress: (@Sendable (SimrunProgress) -> Void)? = nil,
        annotate: (@Sendable (inout LockedEntry) throws -> Void)? = nil
    ) throws -> Bool {
        guard let link = try link(in: entry) else { return false }
        try link.requireUnchanged(entry.path)
        try link.resolve(entry, ImportLog(progress), annotate: annotate)
        return true
    }
}
