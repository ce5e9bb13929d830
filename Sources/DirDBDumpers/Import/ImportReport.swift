public import DirDB

/// What the import of a folder did, or in a dry run would do.
public struct ImportReport: Sendable, Hashable {
    /// A file or an entry, and what there is to say about it.
    public struct Note: Sendable, Hashable {
        /// The path of a file below the folder.
        public let path: String
        /// A clause or a sentence.
        public let text: String
    }

    /// The entries that were made.
    public internal(set) var imported: [String] = []
    /// The entries that were there and got other data, or more or other metadata.
    public internal(set) var replaced: [String] = []
    /// The entries that were there already with the same data and metadata.
    public internal(set) var unchanged: [String] = []
    /// The files that are kept as they are, byte for byte, because they are of a kind that is not supported, or because
    /// another format would not give back what they hold.
    public internal(set) var opaque: [Note] = []
    /// The files that were left out.
    public internal(set) var skipped: [Note] = []
    /// The files that were left out because the entry was there with other data or metadata, or because another file is
    /// of the same name.
    public internal(set) var conflicts: [Note] = []
    /// The files that were left out because they, or the metadata beside them, are damaged.
    public internal(set) var damaged: [Note] = []
    /// The files that were left out because the system does not let them, or the metadata beside them, be read.
    public internal(set) var unreadable: [Note] = []

    /// Notes a file that is left out, by what its error says of it.
    mutating func leaveOut(_ relativePath: String, _ error: DirDBError) {
        let note = Note(path: relativePath, text: error.message)
        if FileCondition(error) == .damaged { damaged.append(note) } else { unreadable.append(note) }
    }
}

extension ImportReport {
    /// The report as lines of text.
    /// - Parameter isDryRun: Whether it says what would be done.
    /// - Returns: The lines, without a line feed at the end.
    public func text(isDryRun: Bool = false) -> String {
        let would = isDryRun ? "would be " : ""
        func entries(_ count: Int) -> String { "\(count) \(count == 1 ? "entry" : "entries")" }
        var lines = ["\(would)imported: \(imported.isEmpty ? "nothing" : entries(imported.count))"]
        if !replaced.isEmpty { lines.append("\(would)replaced: \(entries(replaced.count))") }
        if !unchanged.isEmpty { lines.append("there already: \(entries(unchanged.count))") }
        for note in opaque { lines.append("kept as it is \(note.path): \(note.text)") }
        for note in skipped { lines.append("skipped \(note.path): \(note.text)") }
        for note in conflicts { lines.append("left out \(note.path): \(note.text)") }
        for note in unreadable { lines.append("unreadable \(note.path): \(note.text)") }
        for note in damaged { lines.append("damaged \(note.path): \(note.text)") }
        return lines.map { $0.escapingControls() }.joined(separator: "\n")
    }

    /// The report as a JSON object.
    public var json: JSON {
        func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
        func notes(_ notes: [Note]) -> JSON {
            .array(notes.map { ["path": .string($0.path), "reason": .string($0.text)] })
        }
        return [
            "imported": strings(imported), "replaced": strings(replaced), "unchanged": strings(unchanged),
            "opaque": notes(opaque), "skipped": notes(skipped), "conflicts": notes(conflicts),
            "damaged": notes(damaged), "unreadable": notes(unreadable),
        ]
    }
}
