public import DirDB

extension [any Dumper] {
    /// All formats of this module.
    public static var standard: [any Dumper] {
        // Which element type is named here makes no difference to `info()` and `verify()`.
        [
            NPYDumper<Double>(), NPZDumper(), ParquetDumper(), CSVDumper(), MessagePackDumper<MessagePack>(),
            PickleDumper(),
        ]
    }
}

extension Database {
    /// Opens a database that knows the formats of this module.
    ///
    /// For formats of one's own use the initialiser with dumpers: `dumpers: .standard + [MyDumper()]`.
    /// - Parameters:
    ///   - path: The directory; a symbolic link to one is followed.
    ///   - mode: Whether to create it, and whether changes are allowed.
    ///   - durability: What survives a power cut; `.full` unless said otherwise.
    ///   - strictJSON: Whether writing NaN and infinities to metadata is an error.
    /// - Throws: `.notFound` when the directory is missing and not to be created, ``DirDBError`` when it cannot be
    ///   opened or made.
    public init(
        _ path: String, _ mode: Mode = .create, durability: Durability = .full, strictJSON: Bool = false
    ) throws(DirDBError) {
        try self.init(path, mode, durability: durability, strictJSON: strictJSON, dumpers: .standard)
    }
}
