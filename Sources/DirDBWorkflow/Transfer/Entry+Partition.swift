// A data file in a directory named `key=value` is a part of a table that is partitioned as Hive does it. Other programs
// take every file there for data, so it has no lock file: it is a whole file that is replaced by a rename, while the lock
// of the table, beside the table's directory, is held.

import DirDB
import DirDBDumpers

extension Entry {
    private enum Part: Equatable {
        case absent
        case data(format: String)
        /// Not in such a directory, or more than data alone.
        case entry
    }

    /// The keys from the database to the table whose part this would be; nil for what is not in such a directory.
    private var table: [String]? {
        let names = database.components
        return names.firstIndex { PartitionName($0) != nil }.map { Array(names[..<$0]) }
    }

    private func part() throws(DirDBError) -> Part {
        guard table != nil else { return .entry }
        do throws(DirDBError) {
            let pair = try readPair()
            if pair.metadata != nil { return .entry }
            switch pair.data {
            case .none: return .absent
            case .some(let data): return .data(format: data.format)
            }
        } catch {
            switch error.code {
            case .notFound: return .absent
            case .ambiguousFormat: return .entry
            default: throw error
            }
        }
    }

    /// Whether this is data alone in a directory of a partitioned table, and so has no own lock.
    func isPart() throws(DirDBError) -> Bool {
        if case .data = try part() { true } else { false }
    }

    /// Whether a copy is made as part of a partitioned table.
    func isPart(to target: Entry) throws(DirDBError) -> Bool {
        guard case .data(let format) = try part() else { return false }
        let there = try target.part()
        return there == .absent || there == .data(format: format)
    }

    /// Puts the data into a directory of a partitioned table, in one step.
    ///
    /// - Parameters:
    ///   - target: Where to.
    ///   - root: The database that holds the target at some depth.
    ///   - replacing: Whether an existing one is replaced.
    ///   - timeout: How long to wait for the table's lock.
    ///   - write: Writes the copy.
    /// - Throws: `.alreadyExists`; what `write` throws; ``DirDBError``, after which the target is as it was.
    func transferPart(
        to target: Entry, in root: Database, replacing: Bool, timeout: Duration?,
        _ write: (borrowing DataFile, inout DataSink) throws -> Void
    ) throws {
        let isDurable = root.durability == .full
        try target.holdingTableLock(in: root, timeout: timeout) { table in
            if !replacing, try target.isPresent { throw DirDBError.partTaken(target.path) }
            try withData { data in
                let directory = try root.openDirectory()
                let place = try directory.makingDirectory(
                    at: target.database.components, isDurable: isDurable)
                let file = data.format.isEmpty ? target.name : "\(target.name).\(data.format)"
                try directory.putPartition(file, in: place, of: table, isDurable: isDurable) { sink in
                    try write(data, &sink)
                }
            }
        }
    }

    /// Removes the data from a directory of a partitioned table.
    /// - Returns: Whether `condition` held.
    func deletePart(in root: Database, timeout: Duration?, if condition: () throws -> Bool) throws -> Bool {
        try holdingTableLock(in: root, timeout: timeout) { _ in
            guard try condition(), case .data(let format) = try part() else { return false }
            guard let place = try database.openDirectoryIfPresent() else { return false }
            try place.unlink(format.isEmpty ? name : "\(name).\(format)")
            if root.durability == .full { try place.sync() }
            return true
        }
    }

    /// Runs `body` with the name of the table while its lock is held; a database that is itself the table has none.
    private func holdingTableLock<Result>(
        in root: Database, timeout: Duration?, _ body: (_ table: String) throws -> Result
    ) throws -> Result {
        guard let table, let last = table.last else { return try body(name) }
        return try root.entry(at: table).holdingLock(.exclusive, timeout: timeout) { try body(last) }
    }
}

extension DirDBError {
    fileprivate static func partTaken(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, "\(path) was made by somebody else in the meantime",
            remedy: "merge again, replacing or skipping it")
    }
}
