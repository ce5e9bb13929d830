/// Tells versions of a file apart: its size and a checksum of its first and last 4 KiB.
///
/// It is written into records, so that a recovery knows whether a file is the one that the record speaks of. It holds
/// no inode number and no time: a copied or moved directory recovers too. Two versions that differ only in their middle
/// look alike; no crash state needs that difference.
struct ContentIdentity: Hashable, CustomStringConvertible {
    fileprivate static let sample = 4096

    let description: String

    private init(size: Int64, _ bytes: [UInt8]) {
        description = "\(size)-\(Checksum.hexadecimal(bytes))"
    }

    init(_ sample: ContentSample) {
        self.init(size: sample.size, sample.head + sample.tail.suffix(Self.sample))
    }

    /// The identity of an open file.
    init(_ descriptor: borrowing FileDescriptor, path: String) throws(DirDBError) {
        let size = try descriptor.status(path: path).size
        var bytes = try descriptor.readBytes(at: 0, count: Int(min(size, Int64(Self.sample))), path: path)
        if size > Int64(Self.sample) {
            let start = max(Int64(Self.sample), size - Int64(Self.sample))
            bytes += try descriptor.readBytes(at: start, count: Int(size - start), path: path)
        }
        self.init(size: size, bytes)
    }

    /// The identity of what bears a name now; nil when there is nothing.
    static func current(
        _ file: String, in directory: Directory
    ) throws(DirDBError) -> ContentIdentity? {
        guard let descriptor = try directory.open(file) else { return nil }
        return try ContentIdentity(descriptor, path: directory.path(of: file))
    }

    /// An identity as it stands in a record: a decimal size, a dash, 16 hexadecimal digits.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[0]), size >= 0, "\(size)" == parts[0],
            CommitID(parts[1]) != nil
        else {
            return nil
        }
        description = String(text)
    }
}

/// What the identity of a file is made of, kept while it is written.
struct ContentSample {
    fileprivate private(set) var size: Int64 = 0
    /// The first 4 KiB.
    fileprivate private(set) var head: [UInt8] = []
    /// The end of what follows them, at least 4 KiB of it.
    fileprivate private(set) var tail: [UInt8] = []

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        size += Int64(bytes.count)
        let first = bytes.prefix(ContentIdentity.sample - head.count)
        head += first
        tail += bytes.dropFirst(first.count).suffix(ContentIdentity.sample)
        // Seldom, so that many small pieces cost little.
        if tail.count > 4 * ContentIdentity.sample { tail.removeFirst(tail.count - ContentIdentity.sample) }
    }

    /// Notes bytes that are written over earlier ones.
    mutating func overwrite(_ bytes: [UInt8], at offset: Int64) {
        let tailStart = size - Int64(tail.count)
        for (index, byte) in bytes.enumerated() {
            let position = offset + Int64(index)
            if position < Int64(head.count) { head[Int(position)] = byte }
            if position >= tailStart && position < size { tail[Int(position - tailStart)] = byte }
        }
    }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): finds torn and altered bytes, resists no attack.
enum Checksum {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
