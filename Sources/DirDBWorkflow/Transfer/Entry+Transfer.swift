import DirDB
import DirDBDumpers

/// How an entry stands to the one that it is to be copied to.
enum Likeness {
    /// There is no such entry.
    case absent
    /// The same format, size and time of the data, and the same metadata.
    case same
    /// The same format, size and time of the data, and other metadata.
    case otherMetadata
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
                guard data.format == other.format && data.size == other.size else { return .different }
                if byContent && !hasSameMetadata { return .different }
                let isSame = try byContent ? data.hasSameBytes(as: other) : data.modified == other.modified
                return !isSame ? .different : hasSameMetadata ? .same : .otherMetadata
            }
        }
    }

    /// Copies the entry, data and metadata as a pair, in place of what is there.
    ///
    /// The copy's data keeps the time at which it was written, by which ``likeness(to:byContent:)`` knows it again, once it
    /// has rested.
    /// - Parameters:
    ///   - target: The entry to make.
    ///   - replacing: Whether an existing one is replaced.
    ///   - timeout: How long to wait for the locks of both.
    ///   - verifies: Whether the copy is read back and compared before anybody sees it.
    ///   - isListed: Whether both directories were listed, and one data file of this entry was seen.
    /// - Returns: The size of the data.
    /// - Throws: What ``Entry/copy(to:replacing:timeout:durability:)`` throws; `.damagedData` when the copy differs.
    func transfer(
        to target: Entry, replacing: Bool, timeout: Duration?, verifies: Bool, isListed: Bool
    ) throws -> Int64 {
        var bytes: Int64 = 0
        func write(_ data: borrowing DataFile, _ sink: inout DataSink) throws {
            try sink.write(contentsOf: data)
            bytes = data.size
            if verifies {
                let isSame = try data.hasSameBytes { (offset, count) throws(DirDBError) in
                    try sink.readBytes(at: offset, count: count)
                }
                guard isSame && sink.count == data.size else { throw DirDBError.copyDiffers(target.path) }
            }
            sink.setModified(data.modified.ofCopy)
        }
        try copy(
            to: target, replacing: replacing, timeout: timeout, isListed: isListed, writing: write)
        return bytes
    }

    /// Copies metadata alone to an entry whose data is of the same format, size and time.
    ///
    /// - Parameters:
    ///   - target: The entry whose metadata is replaced.
    ///   - timeout: How long to wait for its lock.
    /// - Returns: Whether that was possible; otherwise nothing was changed.
    /// - Throws: ``DirDBError``.
    func transferMetadata(to target: Entry, timeout: Duration?) throws -> Bool {
        do {
            return try target.withLock(timeout: timeout) { locked in
                // One whole version; its lock could wait for somebody who waits for that of the target.
                let pair = try readPair()
                switch pair.data {
                case .none: return false
                case .some(let data):
                    let (format, size, modified) = (data.format, data.size, data.modified)
                    let isSame = try locked.withData { other in
                        other.format == format && other.size == size && other.modified == modified
                    }
                    if !isSame { return false }
                }
                guard let bytes = pair.metadata else {
                    locked.meta = [:]
                    return true
                }
                // What a program writes in place is whole under its lock only.
                guard (try? JSON(parsing: bytes)) != nil else { return false }
                locked.rawMetadata = bytes
                return true
            }
        } catch let error as DirDBError {
            // A copy of the whole replaces these.
            if [.damagedMetadata, .ambiguousFormat, .notFound].contains(error.code) { return false }
            throw error
        }
    }
}

extension FileTime {
    // The coarsest times that file systems in use keep, those of FAT, are 2 s apart.
    private static let restingSeconds: Int64 = 2

    /// The time that a copy of data of this time is given: the same, once the data has rested.
    ///
    /// Another version that is written within one tick of the clock has the same time, so younger data must not be known
    /// again by it. Nor by the time at which it was copied, which the next version may have: by one before it.
    fileprivate var ofCopy: FileTime {
        if seconds < System.now().seconds - Self.restingSeconds { return self }
        return FileTime(seconds: seconds - Self.restingSeconds - 1, nanoseconds: nanoseconds)
    }
}

extension DirDBError {
    fileprivate static func copyDiffers(_ path: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path,
            "the copy \(path) was read back with other bytes than were written, and was dropped",
            remedy: "check the disk and the memory of this machine")
    }
}
