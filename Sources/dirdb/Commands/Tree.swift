import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb tree`.
struct Tree: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show sub-databases and entries as a tree, with formats and sizes.",
        usage: "dirdb tree DB [--depth N] [--width N] [--json]",
        discussion: """
            Only headers are read, no data. A sub-database shows the number and size of all entries in it, also of those \
            that are not listed. What is unsupported, damaged, unreadable or pending is marked by !, see dirdb help ls. \
            The status stays 0, because showing it was what was asked for.

            Lines of --json have name, entries and bytes for a sub-database; name, format, dtype, shape and bytes for an \
            entry, null where unknown. Where an entry is marked they also have state, the word, and error, a sentence.

            EXAMPLE
              dirdb tree runs --depth 2 --width 10
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many levels to show; deeper ones are counted.", valueName: "n"))
    var depth: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many entries and sub-databases of each database to show; the others are counted.",
            valueName: "n"))
    var width: Int?

    @OptionGroup var json: JSONFlag

    func validate() throws {
        if let depth, depth < 1 { throw ValidationError("--depth must be at least 1.") }
        if let width, width < 1 { throw ValidationError("--width must be at least 1.") }
    }

    func run() throws {
        let tree = try Database.open(database, .readOnly).tree(depth: depth ?? .max, width: width ?? .max)
        try Output.write { output in
            if json.isOn {
                try Self.printJSON(tree, below: "", &output)
            } else {
                let limit = Terminal.width() ?? .max
                try output.line("\(tree.name.escapingControls())  \(tree.summary)".fitted(to: limit))
                try Self.printText(tree, indent: "", limit, &output)
            }
        }
    }

    private static func printText(
        _ tree: DatabaseTree, indent: String, _ limit: Int, _ output: inout Output
    ) throws {
        let names = tree.entries.map { $0.name.escapingControls() }
        // One odd name must not push all others to the edge.
        let nameWidth = min(names.map(\.count).max() ?? 0, 40)
        var rest = tree.entries.count + tree.subdatabases.count + (tree.hidden == nil ? 0 : 1)
        func line(_ text: String) throws -> String {
            rest -= 1
            try output.line((indent + (rest > 0 ? "├── " : "└── ") + text).fitted(to: limit))
            return indent + (rest > 0 ? "│   " : "    ")
        }
        for (leaf, name) in zip(tree.entries, names) {
            let padding = String(repeating: " ", count: max(0, nameWidth - name.count))
            _ = try line("\(name)\(padding)  \(leaf.summary)")
        }
        for database in tree.subdatabases {
            let below = try line("\(database.name.escapingControls())/  \(database.summary)")
            try printText(database, indent: below, limit, &output)
        }
        if let hidden = tree.hidden { _ = try line(hidden) }
    }

    private static func printJSON(_ tree: DatabaseTree, below key: String, _ output: inout Output) throws {
        var object: JSON = [
            "name": .string(key), "entries": .integer(Int64(tree.entryCount)), "bytes": .integer(tree.bytes),
        ]
        if let problem = tree.problem { object["error"] = .string(problem) }
        try output.json(object)
        let prefix = key.isEmpty ? "" : "\(key)/"
        for leaf in tree.entries { try output.json(leaf.json(prefix + leaf.name)) }
        for database in tree.subdatabases {
            try printJSON(database, below: prefix + database.name, &output)
        }
    }
}

extension DatabaseTree {
    fileprivate var summary: String {
        if let problem { return "! \(problem)".escapingControls() }
        return "\(entryCount) \(entryCount == 1 ? "entry" : "entries"), \(Units.size(bytes))"
    }

    /// Such as `… 95 more entries, 3 more sub-databases`; nil when everything is shown.
    fileprivate var hidden: String? {
        var parts: [String] = []
        if hiddenEntryCount > 0 { parts.append("\(hiddenEntryCount) more entries") }
        if hiddenSubdatabaseCount > 0 { parts.append("\(hiddenSubdatabaseCount) more sub-databases") }
        return parts.isEmpty ? nil : "… " + parts.joined(separator: ", ")
    }
}

extension DatabaseTree.Leaf {
    fileprivate var summary: String {
        guard let info else {
            return condition.map { "! \($0.rawValue)" } ?? "no data"
        }
        let mark = condition.map { "! \($0.rawValue)" }
        let facts = [info.content.dtype, Units.shape(info.content), Units.size(info.bytes), mark]
            .compactMap(\.self)
        return ([info.format.isEmpty ? "-" : info.format] + facts).joined(separator: "  ")
    }

    fileprivate func json(_ key: String) -> JSON {
        var object: JSON = [
            "name": .string(key), "format": info.map { .string($0.format) } ?? .null,
            "dtype": info?.content.dtype.map { .string($0) } ?? .null,
            "shape": info?.content.shape.map { .array($0.map { .integer(Int64($0)) }) } ?? .null,
            "bytes": info.map { .integer($0.bytes) } ?? .null,
        ]
        if let condition { object["state"] = .string(condition.rawValue) }
        if let problem { object["error"] = .string(problem) }
        return object
    }
}
