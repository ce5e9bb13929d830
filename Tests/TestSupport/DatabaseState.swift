public import DirDB

/// Everything that a database says through its public interface: what a user can tell apart.
public struct DatabaseState: Equatable, CustomStringConvertible {
    public struct Item: Equatable {
        public let format: String
        public let bytes: [UInt8]?
        public let meta: JSON
    }

    public private(set) var items: [String: Item] = [:]

    public init(_ database: Database) throws {
        for entry in try database.entries(recursive: true, order: .name, withoutData: true) {
            let item = try entry.withLock(.shared, timeout: .seconds(20)) { locked in
                // One that a settled commit removed or moved is not there any more.
                try locked.exists
                    ? Item(format: try locked.info().format, bytes: try locked.bytes(), meta: locked.meta)
                    : locked.meta == [:] ? nil : Item(format: "", bytes: nil, meta: locked.meta)
            }
            if let item { items[entry.components.joined(separator: "/")] = item }
        }
        // What was settled on the way may have appeared under a name that was passed before.
        for entry in try database.entries(recursive: true)
        where items[entry.components.joined(separator: "/")] == nil {
            self = try DatabaseState(database)
            return
        }
    }

    public var description: String {
        items.sorted { $0.key < $1.key }.map { name, item in
            let data = item.bytes.map { "\($0.count) bytes \($0.prefix(8))" } ?? "no data"
            return "\(name).\(item.format): \(data) \(item.meta)"
        }.joined(separator: "; ")
    }
}
