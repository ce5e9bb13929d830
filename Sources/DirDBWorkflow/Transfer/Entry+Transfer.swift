import DirDB
import DirDBDumpers

/// How an entry stands to the one that it is to be copied to.
enum Likeness {
    /// There is no such entry.
    case absent
    /// The same format, size and time of the data, and the same metadata.
    case same
    case different
    /// Metadata alone would replace data.
    case wouldLoseData
}

extension Entry {
    /// Compares with the entry of another database, without a lock: each is seen as one whole version.
    ///
    /// - Parameters:
    ///   - target: The other.
    ///   - byContent: Whether the bytes of the data decide, and not the time at which it was written.
    /// - Returns: How it stands to the other.
    /// - Throws: `.notFound` when this entry is gone.
    func likeness(to target: Entry, byContent: Bool) throws -> Likeness {
        let here = try readPair()
        let there: Pair
        do throws(DirDBError) { there = try target.readPair() } catch {
            switch error.code {
            case .notFound: return .absent
            // A copy puts one file in the place of them all.
            case .ambiguousFormat: return .different
            default: throw error
            }
        }
        let hasSameMetadata = here.metadata == there.metadata
        switch here.data {
        case .none:
            if here.metadata == nil { throw DirDBError.missingEntry(path) }
            switch there.data {
            case .none: return hasSameMetadata ? .same : there.metadata == nil ? .absent : .different
            case .some: return .wouldLoseData
            }
        case .some(let data):
            switch there.data {
            case .none: return there.metadata == nil ? .absent : .different
            case .some(let other):
                guard hasSameMetadata && data.format == other.format && data.size == other.size else {
                    return .different
                }
                let isSame = try byContent ? data.hasSameBytes(as: other) : data.modified == other.modified
                return isSame ? .same : .different
            }
        }
    }

    /// Copies the entry, data and metadata as a pair, in place of what is there.
    ///
    /// The copy's data keeps the time at which it was written, by which ``likeness(to:byContent:)`` knows it again, once it
    /// has rested: two versions written within the resolution of the clock would have one time.
    /// - Parameters:
    ///   - target: The entry to make.
    ///   - replacing: Whether an existing one is replaced.
    ///   - timeout: How long to wait for the locks of both.
    ///   - verifies: Whether the copy is read back and compared before anybody sees it.
    /// - Returns: The size of the data.
    /// - Throws: What ``Entry/copy(to:replacing:timeout:durability:)`` throws; `.damagedData` when the copy differs.
    func transfer(
        to target: Entry, replacing: Bool, timeout: Duration?, verifies: Bool
    ) throws -> Int64 {
        var bytes: Int64 = 0
        try copy(to: target, replacing: replacing, timeout: timeout) { data, sink in
            try sink.write(contentsOf: data)
            bytes = data.size
            if verifies {
                let isSame = try data.hasSameBytes { (offset, count) throws(DirDBError) in
                    try sink.readBytes(at: offset, count: count)
                }
                guard isSame && sink.count == data.size else { throw DirDBError.copyDiffers(target.path) }
            }
            if data.modified.seconds < System.now().seconds - Self.restingSeconds {
                sink.setModified(data.modified)
            }
        }
        return bytes
    }

    // The coarsest times that file systems in use keep, those of FAT, are 2 s apart.
    private static let restingSeconds: Int64 = 2
}

extension DirDBError {
    fileprivate static func copyDiffers(_ path: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path,
            "the copy \(path) was read back with other bytes than were written, and was dropped; check the disk and"
                + " the memory of this machine")
    }
}
