public import DirDB

/// Entries from the files that other software has left in a folder.
///
/// Each entry is made in one transaction, from one file and the metadata that belongs to it: where the metadata cannot be
/// read, the entry is left out. After an interruption the finished ones are whole, and the same
/// call makes the rest: an entry whose data is what would be stored stays as it is; what a JSON object beside the data
/// tells, and its metadata does not, is added. An entry that has other data, or another value in its metadata, is left
/// alone unless it is to be replaced; replaced data keeps the metadata that the file does not tell.
public enum FolderImport {
    /// What a folder holds.
    public enum Kind: String, Sendable, CaseIterable {
        /// npy, npz, csv and Parquet files, at any depth. They are checked and copied as they are; a JSON object beside
        /// one, of the same name, becomes its metadata.
        case files
        /// A folder that the Python package dirdb wrote. A pickle of one array becomes npy; one of values that come back
        /// from msgpack as they were (None, truth values, integers of 64 bits, reals, texts, bytes, arrays of numbers, lists,
        /// dicts with texts as keys) becomes msgpack; every other one stays a pickle, byte for byte. Metadata is kept.
        case dirdb
        /// A data_base of the In Silico Framework: a folder for each key, with `Loader.json`, `metadata.json` and data.
        /// npy, npz and Parquet files are checked and copied, others are kept as opaque files.
        case isf
    }

    /// Imports a folder.
    ///
    /// - Parameters:
    ///   - kind: What the folder holds.
    ///   - folder: The folder; its sub-folders become sub-databases.
    ///   - path: The database, created when it is missing.
    ///   - replaces: Whether entries are replaced that are there with other data or metadata.
    ///   - isDryRun: Whether to find out only what would be done; nothing is written then.
    ///   - annotate: Adds to the metadata of an entry whose data and metadata are staged.
    /// - Returns: What was imported, and what was left out and why.
    /// - Throws: `.notFound` when there is no such folder; `.invalidArgument` when the folder and the database lie in each
    ///   other; ``DirDBError`` when writing fails. Damaged and unreadable files and conflicts are not errors: the report
    ///   names them.
    /// - Complexity: O(n) in the bytes; memory is constant but for pickles, each of which is in memory.
    @discardableResult
    public static func run(
        _ kind: Kind, from folder: String, into path: String, replaces: Bool = false,
        isDryRun: Bool = false, annotate: (inout LockedEntry) throws -> Void = { _ in }
    ) throws -> ImportReport {
        var plan = ImportPlan(folder)
        switch kind {
        case .files: try plan.addFiles()
        case .dirdb: try plan.addPythonEntries()
        case .isf: try plan.addISFKeys()
        }
        plan.dropRepeatedNames()
        try Database(folder, .readOnly).requireApart(from: path, as: "the database for")
        let isNothing = plan.items.isEmpty || isDryRun
        let database = isNothing ? try existing(path) : try Database(path)
        var run = ImportRun(database, replaces: replaces, isDryRun: isDryRun, report: plan.report)
        for item in plan.items {
            if Task.isCancelled { throw DirDBError.cancelled(folder) }
            try run.perform(item, annotate)
        }
        return run.report
    }

    private static func existing(_ path: String) throws(DirDBError) -> Database? {
        do throws(DirDBError) { return try Database(path, .readOnly) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
