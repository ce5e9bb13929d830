/// How much a file may claim to hold for its size, and whether its checksums are looked at.
///
/// A column without values, or of one value, takes next to nothing: 131072 rows in a page of 30 bytes. So the bounds
/// are far above what data does and only keep a damaged number from taking all memory.
struct ReadingLimits: Sendable {
    /// Rows for each byte of the file.
    var rowsPerByte = 1 << 14
    /// Bytes of a page for each compressed byte.
    var expansion = 1 << 15
    /// Bytes beyond that, because the smallest pages expand most.
    var freeBytes = 1 << 16
    /// Whether pages that do not match their checksums are refused.
    var verifiesChecksums = true
}
