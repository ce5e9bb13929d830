package import DirDB

/// Everything that a database says through its public interface: what a user can tell apart.
package struct DatabaseState: Equatable, CustomStringConvertible {
    package struct Item: Equatable {
        package let format: String
        package let bytes: [UInt8]?
        package let meta: JSON
    }

    package private(set) var items: [String: Item] = [:]

    package init(_ database: Database) throws {
        for entry in try database.entries(recursive: true, order: .name, withoutData: true) {
            let item = try entry.withLock(.shared, timeout: .seconds(20)) { locked in
                // One that a settled commit removed or moved is not there any more.
                try locked.exists
                    ? Item(format: try locked.info().format, bytes: try locked.bytes(), meta: locked.meta)
                    : locked.meta == [:] ? nil : Item(format: "", bytes: nil, meta: locked.meta)
            }
            if let item { items[entry.key] = item }
        }
        // What was settled on the way may have appeared under a name that was passed before.
        for entry in try database.entries(recursive: true)
        where items[entry.key] == nil {
            self = try DatabaseState(database)
            return
        }
    }

    /// The state in which an entry has a second name too, between the two commits of a rename.
    package func linking(_ source: String, to target: String) -> DatabaseState {
        var state = self
        state.items[target] = items[source]
        return state
    }

    package var description: String {
        items.sorted { $0.key < $1.key }.map { name, item in
            let data = item.bytes.map { "\($0.count) bytes \($0.prefix(8))" } ?? "no data"
            return "\(name).\(item.format): \(data) \(item.meta)"
        }.joined(separator: "; ")
    }
}
