public import DirDB

extension Table: Storable {
    /// Tables are stored as Parquet files.
    public static var defaultDumper: ParquetDumper { ParquetDumper() }

    /// Parquet and csv.
    public static var dumpers: [any Dumper<Table>] { [ParquetDumper(), CSVDumper()] }
}
