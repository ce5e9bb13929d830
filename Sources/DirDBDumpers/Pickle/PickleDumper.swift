public import DirDB

/// Python values as pickles, of which nothing is executed.
///
/// Read are the protocols 2 to 5 with `None`, `bool`, `int` up to 64 bits, `float`, `complex`, `str`, `bytes`,
/// `bytearray`, `list`, `tuple`, `dict`, `OrderedDict`, `set`, `frozenset`, and numpy's arrays and scalars of
/// Booleans, integers, reals and complex numbers, as numpy 1 and 2 write them. Everything else is refused by name
/// and place. Numpy scalars become plain numbers. Written is protocol 4, with public names of numpy only.
///
/// A file of a megabyte or more is mapped while it is read: somebody who changes it in place meanwhile, as Python's
/// `open(path, "wb")` does, can cause a wrong value, and by shortening it a fatal signal (SIGBUS). Read under the
/// lock, or ask for ``ArrayAccess/owned``. What was loaded is in memory of its own.
///
/// The format: Python's module `pickletools`; for arrays `numpy.ndarray.__reduce_ex__`.
public struct PickleDumper: Dumper {
    private let access: ArrayAccess

    /// Creates a dumper.
    ///
    /// - Parameter access: Whether large files are mapped while they are read, or first read into memory.
    public init(access: ArrayAccess = .mapped) {
        self.access = access
    }

    /// `pickle`.
    public var fileExtension: String { "pickle" }

    /// Writes a value; the elements of arrays go to the file from where they lie.
    /// - Throws: `.invalidArgument` when a list, dict, set or array is a key or in a set, or containers are nested
    ///   deeper than 500; ``DirDBError`` when writing fails.
    public func dump(_ value: PickleValue, to sink: inout DataSink) throws {
        var pickler = Pickler()
        try pickler.finish(value, to: &sink)
    }

    /// Reads a value.
    ///
    /// What the pickle shares is shared in memory too.
    /// - Throws: `.unsupportedFormat` when the pickle needs anything beyond the values listed, an integer is too large,
    ///   a value contains itself, is nested deeper than 500 or multiplied beyond measure by sharing;
    ///   `.damagedData` when it is no pickle, or an array's bytes do not fit its shape.
    /// - Complexity: O(*n*) in the size of the file; each array is copied once.
    public func load(_ file: borrowing DataFile) throws -> PickleValue {
        try Unpickler.run(file, access) { (unpickler, item) throws(DirDBError) in
            try unpickler.value(of: item)
        }
    }

    /// Tells the kind of the value, and an array's dtype and shape, without loading it.
    ///
    /// The dtype is numpy's for an array, else Python's name of the type, such as `dict`; a container's number of
    /// elements is its `rows`, and a short dict's entries are the fields. Of a pickle that cannot be loaded, or has
    /// more than 100,000 opcodes, only the type is told.
    /// - Throws: `.damagedData` when it is no whole pickle.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try Unpickler.inspect(file)
    }

    /// Tells the structure of a value without loading it: kinds, lengths, keys, dtypes and shapes.
    ///
    /// Texts, bytes and the elements of arrays are not read.
    func outline(
        _ file: borrowing DataFile, _ limits: OutlineLimits = OutlineLimits()
    ) throws(DirDBError) -> StructureOutline {
        try Unpickler.run(file, access) { (unpickler, item) throws(DirDBError) in
            try unpickler.outline(of: item, limits)
        }
    }
}

extension Unpickler {
    private static let mappingSize: Int64 = 1 << 20

    /// Interprets a file and hands over what it left.
    static func run<Result>(
        _ file: borrowing DataFile, _ access: ArrayAccess,
        _ body: (inout Unpickler, Item) throws(DirDBError) -> Result
    ) throws(DirDBError) -> Result {
        try withBytes(of: file, access) { (unpickler) throws(DirDBError) in
            guard let item = try unpickler.run() else {
                throw .damagedData(unpickler.path, "it has no end")
            }
            return try body(&unpickler, item)
        }
    }

    static func withBytes<Result>(
        of file: borrowing DataFile, _ access: ArrayAccess,
        _ body: (inout Unpickler) throws(DirDBError) -> Result
    ) throws(DirDBError) -> Result {
        let path = file.path
        if access == .mapped && file.size >= mappingSize {
            return try file.map().withUnsafeBytes { (bytes) throws(DirDBError) in
                var unpickler = Unpickler(bytes, path: path)
                return try body(&unpickler)
            }
        }
        return try file.readBytes().withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            var unpickler = Unpickler(UnsafeRawBufferPointer(bytes), path: path)
            return try body(&unpickler)
        }
    }
}
