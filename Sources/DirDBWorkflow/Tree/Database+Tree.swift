public import DirDB
public import DirDBDumpers

/// A database or sub-database with what is in it.
public struct DatabaseTree: Sendable {
    /// An entry and what its header tells.
    public struct Leaf: Sendable {
        /// The name.
        public let name: String
        /// Format, type, shape and size of the data; nil when there is none, or it could not be examined.
        public let info: EntryInfo?
        /// Why the data is of no use as it is, in one word; nil when nothing is the matter.
        public let condition: FileCondition?
        /// The same as a sentence.
        public let problem: String?
    }

    /// The name of the sub-database; that of its directory for the opened one.
    public let name: String
    /// The number of entries here and in all sub-databases.
    public internal(set) var entryCount = 0
    /// The size of their data.
    public internal(set) var bytes: Int64 = 0
    /// The entries, by name; not more than were asked for.
    public internal(set) var entries: [Leaf] = []
    /// The number of entries here that are not among ``entries``.
    public internal(set) var hiddenEntryCount = 0
    /// The sub-databases, by name; not more than were asked for.
    public internal(set) var subdatabases: [DatabaseTree] = []
    /// The number of sub-databases here that are not among ``subdatabases``.
    public internal(set) var hiddenSubdatabaseCount = 0
    /// Why the directory could not be read; nil when it could.
    public internal(set) var problem: String?
}

extension Database {
    /// The hierarchy of sub-databases and entries, without data: names, sizes and what headers tell.
    ///
    /// - Parameters:
    ///   - depth: How many levels are listed; deeper ones are counted only, but for those that cannot be read. 1 lists what
    ///     is in this database.
    ///   - width: How many entries and how many sub-databases of each level are listed; the others are counted only.
    /// - Returns: The tree. What cannot be read is told by `problem`.
    /// - Throws: ``DirDBError`` when the database itself cannot be read.
    /// - Complexity: O(n) in the number of entries: the status of each file, and the headers of those listed.
    public func tree(depth: Int = .max, width: Int = .max) throws -> DatabaseTree {
        try tree(name: path.pathComponents.last ?? "/", depth, width)
    }

    private static let deepestLevel = 200

    private func tree(name: String, _ depth: Int, _ width: Int) throws -> DatabaseTree {
        var tree = DatabaseTree(name: name)
        for entry in try entries(order: .name, withoutData: true) {
            tree.entryCount += 1
            tree.bytes = tree.bytes.addingSaturating(entry.dataSize)
            if depth > 0 && tree.entries.count < width {
                tree.entries.append(entry.leaf)
            } else {
                tree.hiddenEntryCount += 1
            }
        }
        for database in try subdatabases() {
            let name = database.components.last ?? ""
            // The depth is the disk's to choose, that of the stack is not.
            if database.components.count > Self.deepestLevel {
                tree.problem =
                    "it has more than \(Self.deepestLevel) levels, of which the deeper ones are left out"
                break
            }
            let isListed = depth > 0 && tree.subdatabases.count < width
            var below = DatabaseTree(name: name)
            do { below = try database.tree(name: name, isListed ? depth - 1 : 0, width) } catch {
                below.problem = "\(error)"
            }
            tree.entryCount += below.entryCount
            tree.bytes = tree.bytes.addingSaturating(below.bytes)
            // What could not be read is told at any depth.
            if isListed || below.problem != nil || !below.subdatabases.isEmpty {
                tree.subdatabases.append(below)
            } else {
                tree.hiddenSubdatabaseCount += 1
            }
        }
        return tree
    }
}

extension Entry {
    fileprivate var leaf: DatabaseTree.Leaf {
        do {
            let found = try inspect()
            let info = try found.info.get()
            var problem = info?.content.problem
            if case .failure(let error) = found.meta { problem = error }
            return DatabaseTree.Leaf(
                name: name, info: info, condition: problem.map { FileCondition($0) },
                problem: problem?.message)
        } catch {
            return DatabaseTree.Leaf(
                name: name, info: nil, condition: FileCondition(error), problem: "\(error)")
        }
    }
}
