import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb show`.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all that is known of an entry.",
        usage: "dirdb show DB KEY [--format EXT] [--json]",
        discussion: """
            Prints format, type, shape, size and time of the data, who holds the lock, the files, and the metadata. \
            Data is not read and nothing is locked. The holder of a lock is known when it is a process of this \
            machine. The status is 1 when data or metadata is damaged.

            EXAMPLE
              dirdb show runs batch-17
            """)

    @Argument(help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"))
    var arguments: [String]

    @OptionGroup var format: FormatOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let location = try Location.parse(arguments).location
        try location.read(format: format.format) { entry in
            guard try entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
            let found = try entry.inspect()
            if case .failure(let error) = found.info, (error as? DirDBError)?.code != .damagedData {
                throw error
            }
            let key = entry.components.joined(separator: "/")
            guard let row = Row(entry, key: key, withoutData: true) else {
                throw DirDBError.missingEntry(entry.path)
            }
            try Output.write { output in
                try json.isOn
                    ? output.json(try self.json(of: entry, row)) : printText(of: entry, row, &output)
            }
            for problem in row.problems { Diagnostics.error(problem.sentence) }
            if !row.problems.isEmpty { throw ExitCode.failure }
        }
    }

    private func json(of entry: Entry, _ row: Row) throws -> JSON {
        var object = row.json
        object["path"] = .string(entry.path)
        object["lock"] = entry.lockHolder().map { .string($0) } ?? .null
        object["files"] = .array(
            try entry.presentFiles().map { ["name": .string($0.name), "bytes": .integer($0.bytes)] })
        return object
    }

    private func printText(of entry: Entry, _ row: Row, _ output: inout Output) throws {
        var lines = [("name", row.key), ("path", entry.path)]
        lines += row.facts
        lines.append(("lock", entry.lockHolder().map { "held by \($0)" } ?? "free"))
        lines.append(("files", try entry.presentFiles().map(\.name).joined(separator: ", ")))
        for (title, text) in lines {
            let padding = String(repeating: " ", count: 10 - title.count)
            try output.line("\(title)\(padding)\(text.escapingControls())")
        }
        if let meta = row.meta { try output.line("metadata  \(try meta.pretty())") }
    }
}

extension Row {
    /// Titles and values of what is known of the data.
    fileprivate var facts: [(String, String)] {
        guard let file else { return [("data", "none")] }
        var facts = [("format", file.format.isEmpty ? "none" : file.format)]
        if let dtype = content.dtype { facts.append(("dtype", dtype)) }
        if let shape = Units.shape(content) { facts.append(("shape", shape)) }
        let size = Units.size(file.bytes)
        facts.append(("size", file.bytes < 1024 ? size : "\(size) (\(file.bytes) bytes)"))
        facts.append(("modified", Terminal.text(ofSeconds: file.modified.seconds)))
        return facts
    }
}
