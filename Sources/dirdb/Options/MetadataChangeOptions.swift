import ArgumentParser
import DirDB

/// Printing and changing metadata, of an entry or of a database.
struct MetadataChangeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Print the value of one key: a, a.b, or a.0 in a list; quotes keep the dots of a key.",
            valueName: "path"
        ), completion: WordCompletion.metadataKey)
    var get: KeyPathArgument?

    @OptionGroup var writing: MetadataWritingOptions

    @Option(help: ArgumentHelp("Delete a key.", valueName: "path"), completion: WordCompletion.metadataKey)
    var unset: [KeyPathArgument] = []

    @Option(help: ArgumentHelp("Merge an object into the metadata.", valueName: "json"))
    var merge: String?

    @Option(help: ArgumentHelp("Replace the whole metadata by an object.", valueName: "json"))
    var replace: String?

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func validate() throws {
        if merge != nil && replace != nil { throw ValidationError("Use either --merge or --replace.") }
        if get != nil && isChange { throw ValidationError("Use either --get or options that change.") }
    }

    /// Whether anything is to be changed.
    var isChange: Bool {
        !writing.assignments.isEmpty || !unset.isEmpty || merge != nil || replace != nil
    }

    /// Prints metadata; `owner` tells whose it is.
    func print(_ meta: JSON, of owner: String) throws {
        try Output.write { output in
            guard let get else { return try json.isOn ? output.json(meta) : output.line(try meta.pretty()) }
            guard let value = meta.value(at: get) else {
                throw CommandError("the metadata of \(owner) has no \(get); print it to see its keys")
            }
            try json.isOn ? output.json(value) : output.line(try value.pretty())
        }
    }

    /// Makes the changes, which are looked at before anything is opened.
    func change() throws -> Change {
        Change(
            patch: try merge.map { try MetadataArgument.object($0, option: "--merge") },
            replacement: try replace.map { try MetadataArgument.object($0, option: "--replace") },
            options: self)
    }

    /// A change of metadata.
    struct Change {
        fileprivate let patch: JSON?
        fileprivate let replacement: JSON?
        fileprivate let options: MetadataChangeOptions

        /// Makes the change by one of the two ways: without looking at the old metadata, or from it.
        func make(replacing: (JSON) throws -> Void, updating: ((inout JSON) throws -> Void) throws -> Void)
            throws
        {
            guard var meta = replacement else { return try updating { try apply(to: &$0) } }
            try apply(to: &meta)
            try replacing(meta)
        }

        private func apply(to meta: inout JSON) throws {
            if let patch { meta.merge(patch) }
            for path in options.unset { meta.unset(path) }
            for assignment in options.writing.assignments { try meta.make(assignment) }
        }
    }
}
