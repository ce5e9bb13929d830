/// A metadata file that was read and is still open, so that no other file can get its identity.
struct MetadataFile: ~Copyable {
    private let descriptor: FileDescriptor
    let identity: FileIdentity
    let bytes: [UInt8]

    /// In bytes; what is larger is not metadata.
    private static let largestSize: Int64 = 1 << 30

    /// Reads the metadata file of an entry; nil when there is none.
    /// - Throws: `.notRegular`; `.damagedMetadata` for one that is too large.
    static func open(_ entry: Entry, in directory: Directory) throws(DirDBError) -> MetadataFile? {
        guard let descriptor = try directory.open(entry.files.metadata) else { return nil }
        let path = "\(entry.path).json"
        let status = try descriptor.status(path: path)
        guard status.kind == .regular else { throw .notRegular(path) }
        // What a file with a hole says of its size is not allocated.
        guard status.size <= largestSize else {
            throw .damagedMetadata(path, "it has \(status.size) bytes, more than is read as metadata")
        }
        let bytes = try descriptor.readBytes(at: 0, count: Int(status.size), path: path)
        return MetadataFile(descriptor: descriptor, identity: status.identity, bytes: bytes)
    }
}

extension Entry {
    /// The value of the bytes of the metadata file; an empty object when there is none.
    /// - Throws: `.damagedMetadata` when it is not a JSON object; `.unsupportedFormat` for JSON that is not kept.
    package func parseMetadata(_ bytes: [UInt8]?) throws(DirDBError) -> JSON {
        guard let bytes else { return [:] }
        let path = "\(path).json"
        let value: JSON
        do { value = try JSON(parsing: bytes) } catch {
            if error.code == .unsupportedFormat {
                throw .unsupportedFormat(path, error.reason, remedy: error.remedy)
            }
            throw .damagedMetadata(path, error.reason)
        }
        guard case .object = value else { throw .damagedMetadata(path, "it is not a JSON object") }
        return value
    }
}
