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

    @Argument(
        help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @OptionGroup var metadata: MetadataChangeOptions

    func run() throws {
        let location = try Location.parse(arguments).location
        if metadata.isChange {
            try change(location)
        } else {
            let meta = try location.read { entry in
                let meta = try entry.meta
                guard try meta != [:] || entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
                return meta
            }
            try metadata.print(meta, of: location.key)
        }
    }

    private func change(_ location: Location) throws {
        let change = try metadata.change()
        let entry = try location.entry(.mustExist)
        // A mistyped key must not make an entry, nor a lock file.
        guard try entry.isPresent else { throw DirDBError.missingEntry(entry.path) }
        let timeout = metadata.lock.timeout.duration
        try Signals.whileChanging {
            try change.make(
                replacing: { try entry.replaceMeta(with: $0, timeout: timeout) },
                updating: { try entry.updateMeta(timeout: timeout, $0) })
        }
    }
}
