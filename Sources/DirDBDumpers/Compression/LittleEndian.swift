import DirDB

// Integers in little-endian order, in which zip files have theirs.

extension [UInt8] {
    /// The integer at an offset, which the caller has checked to be there.
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type)
        -> Value
    {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count, "an integer beyond the bytes")
        return withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
        }
    }

    mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// `withUnsafeBytes` with the type of the error kept.
    func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(DirDBError) -> Result
    ) throws(DirDBError) -> Result {
        try withUnsafeBytes { bytes in
            Swift.Result { () throws(DirDBError) in try body(bytes) }
        }.get()
    }
}
