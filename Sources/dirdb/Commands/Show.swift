import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb show`.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all that is known of an entry.",
        usage: "dirdb show DB KEY [--rows N] [--stats [--record]] [--format EXT] [--json]",
        discussion: """
            Prints format, type, shape, size and time of the data, the holder of the lock, the files, the metadata, and of \
            a table the types and the first rows. An array is printed with its corners, as numpy does, and numbers with a \
            trace and a histogram of some of them. Other data is not read and nothing is locked, unless by --stats. The holder of a lock is \
            known when it is a process of this machine. The status is 1 when data or metadata is damaged, unreadable or \
            pending. Of a whole file of a kind that is not supported, state says what it is.

            EXAMPLE
              dirdb show runs batch-17
            """)

    @Argument(
        help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How many rows of a table to show.", valueName: "n"))
    var rows = 10

    @Flag(help: "Read a whole array and add count, mean, standard deviation, min, max, NaN and zero counts.")
    var stats = false

    @Flag(help: "With --stats: store them in the metadata too, under the lock, as statistics.")
    var record = false

    @OptionGroup var format: FormatOption
    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func validate() throws {
        if rows < 0 { throw ValidationError("--rows cannot be negative.") }
        if record && !stats { throw ValidationError("--record stores what --stats finds: add --stats.") }
    }

    func run() throws {
        let location = try Location.parse(arguments).location
        let summary = stats ? try summary(of: location) : Optional.none
        try location.read(format: format.format) { entry in
            guard let row = Row(entry, withoutData: true) else {
                throw DirDBError.missingEntry(entry.path)
            }
            if let error = row.problems.first?.error as? DirDBError,
                [.ambiguousFormat, .notFound].contains(error.code)
            {
                throw error
            }
            try Output.write { output in
                try json.isOn
                    ? output.json(try self.json(of: entry, row, summary))
                    : printText(of: entry, row, summary, &output)
            }
            for problem in row.problems where problem.condition != .unsupported {
                Diagnostics.error(problem.sentence)
            }
            if row.isAtFault { throw ExitCode.failure }
        }
    }

    /// Reads the whole array, under the lock where the result is to be recorded.
    private func summary(of location: Location) throws -> JSON {
        if !record {
            return try location.read(format: format.format) { entry in
                try entry.withData { try Self.summary(of: $0) }
            }
        }
        let entry = try location.entry(.mustExist, format: format.format)
        guard try entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
        return try Signals.whileChanging {
            try entry.withLock(timeout: lock.timeout.duration) { locked in
                let summary = try locked.withData { try Self.summary(of: $0) }
                locked.meta["statistics"] = summary
                return summary
            }
        }
    }

    private static func summary(of file: borrowing DataFile) throws -> JSON {
        guard file.format == "npy" else {
            throw CommandError("\(file.path) is not an npy array: leave --stats out, or name an array")
        }
        let progress = ProgressLine()
        defer { progress.end() }
        let array = try AnyArray.load(file)
        let (size, path) = (file.size, file.path)
        let summary = try ArraySummary(array) { done in
            if Task.isCancelled { throw DirDBError.cancelled(path) }
            progress.show(doneBytes: Int64(Double(done) / Double(array.count) * Double(size)), of: size)
        }
        guard let summary else {
            throw CommandError("\(file.path) holds \(array.dtype), not real numbers: leave --stats out")
        }
        return summary.json
    }

    private func json(of entry: Entry, _ row: Row, _ summary: JSON?) throws -> JSON {
        var object = row.json
        object["path"] = .string(entry.path)
        if !row.content.fields.isEmpty { object["fields"] = .array(row.content.fields.map(\.json)) }
        if let statistics = try summary ?? statistics(of: entry, row) { object["statistics"] = statistics }
        object["lock"] = entry.lockHolder().map { .string($0) } ?? .null
        object["files"] = .array(
            try entry.presentFiles().map { ["name": .string($0.name), "bytes": .integer($0.bytes)] })
        return object
    }

    private func printText(
        of entry: Entry, _ row: Row, _ summary: JSON?, _ output: inout Output
    ) throws {
        var lines = [("name", row.key), ("path", entry.path)]
        lines += row.facts(try statistics(of: entry, row))
        if let summary { lines.append(("stats", MetadataSummary.text(summary))) }
        lines.append(("lock", entry.lockHolder().map { "held by \($0)" } ?? "free"))
        lines.append(("files", try entry.presentFiles().map(\.name).joined(separator: ", ")))
        for (title, text) in lines {
            let padding = String(repeating: " ", count: 10 - title.count)
            try output.line("\(title)\(padding)\(text.escapingControls())")
        }
        if let meta = row.meta { try output.line("metadata  \(try meta.pretty())") }
        if !row.isAtFault && row.file != nil {
            try printStructure(of: entry, &output)
            try printArray(of: entry, row, &output)
            try printRows(of: entry, row, &output)
        }
    }

    /// What a table's footer says of its columns; nil when it says nothing.
    private func statistics(of entry: Entry, _ row: Row) throws -> JSON? {
        guard !row.isAtFault && row.file != nil else { return Optional.none }
        do {
            return try entry.withData { try TableFormats.statistics(of: $0) }
        } catch let error as DirDBError where error.code == .unsupportedFormat {
            return Optional.none
        }
    }

    /// What a value that is no array or table consists of.
    private func printStructure(of entry: Entry, _ output: inout Output) throws {
        let outline: StructureOutline?
        do { outline = try entry.outline() } catch {
            // What only Python can load is told as far as the facts above go.
            if (error as? DirDBError)?.code == .unsupportedFormat { return }
            throw error
        }
        guard let outline else { return }
        try output.line("")
        try output.line(outline.text.escapingControls(keepingLines: true))
    }

    private func printArray(of entry: Entry, _ row: Row, _ output: inout Output) throws {
        guard rows > 0, row.file?.format == "npy", row.content.problem == nil else { return }
        let width = Terminal.width() ?? 80
        let lines = try entry.withData { file in
            try AnyArray.forLooking(file).map { ArrayView.lines(of: $0, width: width) }
        }
        try output.line("")
        for line in lines ?? ["not shown: the array is not stored in the order of this machine's memory"] {
            try output.line(line)
        }
    }

    private func printRows(of entry: Entry, _ row: Row, _ output: inout Output) throws {
        if rows == 0 { return }
        do {
            let shown = try entry.withData { file in
                // The fields of csv are shown as they are.
                try TableFormats.firstRows(rows, of: file).map {
                    ($0, file.format == TableFormats.csv ? "" : "null")
                }
            }
            guard let (first, null) = shown else { return }
            if first.rows.rowCount > 0 && !first.rows.columns.isEmpty {
                try output.line("")
                for line in first.rows.lines(rows: rows, width: Terminal.width(), missing: null) {
                    try output.line(line)
                }
            }
            let title = first.rows.columns.isEmpty ? "no rows are shown" : "not shown"
            if !first.missing.isEmpty { try output.line("") }
            for sentence in first.missing { try output.line("\(title): \(sentence.escapingControls())") }
        } catch let error as DirDBError where error.code == .unsupportedFormat {
            // The facts above are known all the same; the state among them may say this already.
            if error == row.content.problem { return }
            try output.line("\nno rows are shown: \(error.message.escapingControls())")
        }
    }
}

extension Field {
    fileprivate var json: JSON {
        var object: JSON = ["name": .string(name), "dtype": .string(dtype)]
        if let shape { object["shape"] = .array(shape.map { .integer(Int64($0)) }) }
        return object
    }

    /// Such as `time: double  min=0.5 max=1.5 nulls=0`, or `x: float64 3×4` for an array.
    fileprivate func text(_ statistics: JSON?) -> String {
        let known = statistics.map { "  " + MetadataSummary.text($0, longestString: 40) } ?? ""
        let size = shape.map { " " + ($0.isEmpty ? "()" : $0.map(String.init).joined(separator: "×")) } ?? ""
        return "\(name): \(dtype)\(size)\(known)"
    }
}

extension Row {
    /// Titles and values of what is known of the data.
    fileprivate func facts(_ statistics: JSON?) -> [(String, String)] {
        let states = problems.map { ("state", "\($0.mark): \($0.sentence)") }
        guard let file else { return states.isEmpty ? [("data", "none")] : states }
        var facts = [("format", file.format.isEmpty ? "none" : file.format + file.format.caseAdvice)]
        if let dtype = content.dtype { facts.append(("dtype", dtype)) }
        if let shape = Units.shape(content) { facts.append(("shape", shape)) }
        // Nobody reads thousands of them; --json has all.
        let most = 40
        for (place, field) in content.fields.prefix(most).enumerated() {
            var known = statistics?[field.name]
            if let several = known?.asArray {
                let before = content.fields[..<place].count { $0.name.utf8.elementsEqual(field.name.utf8) }
                known = several[before]
            }
            facts.append((place == 0 ? "fields" : "", field.text(known)))
        }
        if content.fields.count > most { facts.append(("", "… \(content.fields.count - most) more")) }
        let size = Units.size(file.bytes)
        facts.append(("size", file.bytes < 1024 ? size : "\(size) (\(file.bytes) bytes)"))
        facts.append(("modified", file.modified.iso8601))
        return facts + states
    }
}
