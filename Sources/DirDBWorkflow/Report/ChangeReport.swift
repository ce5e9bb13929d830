public import DirDB

/// What was done with entries, or in a dry run would be.
public struct ChangeReport: Sendable {
    /// What became of an entry or a sub-database.
    public enum Change: String, Sendable, CaseIterable {
        /// The entry was made.
        case copied
        /// An entry that was there got the other's data and metadata.
        case replaced
        /// The entry was made, and the original removed.
        case moved
        /// The entry was removed.
        case removed
        /// A sub-database without entries was removed.
        case pruned
        /// The entry was there already, as it should be.
        case unchanged
        /// Another entry of the name was there, and stayed.
        case skipped
        /// The entry stayed as it was: it has no original, or one without data.
        case kept
    }

    /// One entry or sub-database.
    public struct Item: Sendable, Hashable {
        /// What became of it.
        public let change: Change
        /// Its key: the names that lead to it, separated by slashes.
        public let key: String
        /// The key that it was given in place of that one; nil when it kept it.
        public let newKey: String?
        /// The size of its data.
        public let bytes: Int64
    }

    /// The entries and sub-databases, in the order in which they were looked at.
    public internal(set) var items: [Item] = []
    /// What could not be done; the rest was.
    public internal(set) var failures: [DirDBError] = []

    /// The entries or sub-databases of which something became.
    public func items(_ change: Change) -> [Item] {
        items.filter { $0.change == change }
    }

    mutating func note(_ change: Change, _ entry: Entry, as newKey: String? = nil, bytes: Int64) {
        items.append(Item(change: change, key: entry.key, newKey: newKey, bytes: bytes))
    }

    mutating func notePruned(_ database: Database) {
        items.append(Item(change: .pruned, key: database.key, newKey: nil, bytes: 0))
    }

    /// Runs `body` for one of many entries; an error is noted and does not stop the others.
    ///
    /// - Throws: An error that would strike the others too: cancellation, a full disk.
    mutating func attempt(_ body: (inout ChangeReport) throws -> Void) throws {
        do { try body(&self) } catch let error as DirDBError {
            if error.code == .cancelled || error.code == .noSpace { throw error }
            // A listing has an entry with several data files once for each, and so what is wrong with it.
            if failures.last != error { failures.append(error) }
        }
    }
}

extension Entry {
    /// The size of the data; 0 when there is none, or it cannot be opened.
    var dataSize: Int64 { (try? withData { $0.size }) ?? 0 }
}

extension Int64 {
    /// The sum, or the largest number: a sparse file may claim any size.
    package func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? .max : sum
    }
}
