public import DirDB

extension Table: Storable {
    /// Tables are stored as Parquet files.
    public static var defaultDumper: ParquetDumper { ParquetDumper() }
}
