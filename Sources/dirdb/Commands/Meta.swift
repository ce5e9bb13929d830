import ArgumentParser
import DirDB

/// The command `dirdb meta`.
struct Meta: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print or change the metadata of an entry.",
        usage:
            "dirdb meta DB KEY [--get PATH] [--set KEY=VALUE ...] [--unset PATH ...] [--merge JSON] [--replace JSON]",
        discussion: """
            Without a change the metadata is printed, as it was stored. Changes are made under the lock, all of them \
            as one: first --replace or --merge, then --unset, then --set. --merge follows RFC 7396: objects are \
            merged, null deletes a key, all else replaces. --replace does not look at the old metadata, which may be \
            damaged. JSON is an object, or @FILE, or @- for standard input. An entry that has neither data nor \
            metadata is an error.

            EXAMPLES
              dirdb meta runs batch-17 --get stats.mean
              dirdb meta runs batch-17 --set stats.mean=0.5 --set tags='["seen"]' --unset draft
            """)

    @Argument(help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"))
    var arguments: [String]

    @Option(help: ArgumentHelp("Print the value of one key: a, a.b, or a.0 in a list.", valueName: "path"))
    var get: KeyPathArgument?

    @OptionGroup var writing: MetadataWritingOptions

    @Option(help: ArgumentHelp("Delete a key.", valueName: "path"))
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

    func run() throws {
        let location = try Location.parse(arguments).location
        if isChange {
            try change(location)
        } else {
            try print(location)
        }
    }

    private var isChange: Bool {
        !writing.assignments.isEmpty || !unset.isEmpty || merge != nil || replace != nil
    }

    private func print(_ location: Location) throws {
        let meta = try location.read { entry in
            let meta = try entry.meta
            guard try meta != [:] || entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
            return meta
        }
        try Output.write { output in
            guard let get else { return try json.isOn ? output.json(meta) : output.line(try meta.pretty()) }
            guard let value = meta.value(at: get) else {
                throw CommandError("the metadata of \(location.key) has no \(get); print it to see its keys")
            }
            try json.isOn ? output.json(value) : output.line(try value.pretty())
        }
    }

    private func change(_ location: Location) throws {
        let patch = try merge.map { try MetadataArgument.object($0, option: "--merge") }
        let replacement = try replace.map { try MetadataArgument.object($0, option: "--replace") }
        let entry = try location.entry(.mustExist, allowsNaN: writing.allowNan)
        // A mistyped key must not make an entry, nor a lock file.
        guard try entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
        try Signals.whileChanging {
            if var meta = replacement {
                try apply(to: &meta, patch: nil)
                try entry.replaceMeta(with: meta, timeout: lock.timeout.duration)
            } else {
                try entry.updateMeta(timeout: lock.timeout.duration) { meta in
                    try apply(to: &meta, patch: patch)
                }
            }
        }
    }

    private func apply(to meta: inout JSON, patch: JSON?) throws {
        if let patch { meta.merge(patch) }
        for path in unset { meta.unset(path) }
        for assignment in writing.assignments { try meta.make(assignment) }
    }
}
