public import DirDB
public import DirDBDumpers

/// Traces that stay in the raw files, which are parsed when the entry is read: the format `simrun`.
///
/// Pass it to ``DirDB/Database/init(_:_:durability:strictJSON:dumpers:)`` so that linked entries can be inspected. They
/// are made by an import with ``SimrunOptions/link``, not by `put`.
public struct LinkedTraces: Dumper {
    /// Creates a dumper.
    public init() {}

    /// `simrun`.
    public var fileExtension: String { Link.fileExtension }

    /// Not possible: a link is made by an import.
    /// - Throws: `.invalidArgument`.
    public func dump(_ value: NDArray<Double>, to sink: inout DataSink) throws {
        throw DirDBError(
            .invalidArgument, path: "", "an array cannot be stored as a link to raw results",
            remedy: "put it as npy")
    }

    /// Parses the raw files.
    ///
    /// - Throws: `.notFound` when a raw file is gone; `.damagedData` when one has changed since; `.formatMismatch` when
    ///   the link is to a table.
    /// - Complexity: O(n) in the size of the raw files; the whole array is in memory.
    public func load(_ file: borrowing DataFile) throws -> NDArray<Double> {
        let link = try Link(try file.readBytes(), path: file.path)
        guard link.kind == .traces else {
            throw DirDBError.otherKindOfLink(file.path, found: link.kind, asked: "an array")
        }
        try link.requireUnchanged(file.path)
        let (sources, tree) = (link.traceSources, link.tree)
        guard let first = sources.first else { return try NDArray(shape: [0, 0], elements: []) }
        let axis = try TimeAxis(of: first, in: tree)
        try link.requireAxis(axis)
        var elements: [Double] = []
        try OrderedWork.run(count: sources.count) { index in
            try RawTraces.read(sources[index], of: tree, axis)
        } consume: { _, traces in
            elements += traces.values
        }
        return try NDArray(shape: [tree.trialCount, axis.times.count], elements: elements)
    }

    /// Tells what the link says of the array; the raw files are not looked at.
    /// - Throws: `.damagedData` when the file is no link.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        let link = try Link(try file.readBytes(), path: file.path)
        guard link.shape.count == 2 else { return FormatInfo() }
        return FormatInfo(
            dtype: link.isFloat32 ? "float32" : "float64", shape: link.shape, rows: link.shape[0],
            columns: link.shape[1])
    }
}

/// Tables of spikes and activations that stay in the raw files, which are parsed when the entry is read: the format
/// `simrun`.
public struct LinkedTable: Dumper {
    /// Creates a dumper.
    public init() {}

    /// `simrun`.
    public var fileExtension: String { Link.fileExtension }

    /// Not possible: a link is made by an import.
    /// - Throws: `.invalidArgument`.
    public func dump(_ value: Table, to sink: inout DataSink) throws {
        throw DirDBError(
            .invalidArgument, path: "", "a table cannot be stored as a link to raw results",
            remedy: "put it as parquet")
    }

    /// Parses the raw files.
    ///
    /// - Throws: `.notFound` when a raw file is gone; `.damagedData` when one has changed since; `.formatMismatch` when
    ///   the link is to an array.
    /// - Complexity: O(n) in the size of the raw files; the whole table is in memory, and for a moment in a temporary
    ///   file.
    public func load(_ file: borrowing DataFile) throws -> Table {
        let link = try Link(try file.readBytes(), path: file.path)
        if link.kind == .traces {
            throw DirDBError.otherKindOfLink(file.path, found: link.kind, asked: "a table")
        }
        try link.requireUnchanged(file.path)
        return try Database.withScratch { database in
            let entry = try database["table"]
            try link.resolve(entry)
            return try entry.get()
        }
    }

    /// Tells nothing: how many rows and columns there are is known when the raw files are read.
    /// - Throws: `.damagedData` when the file is no link.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try LinkedTraces().inspect(file)
    }
}
