import ArgumentParser
import DirDB
import DirDBWorkflow

/// The command `dirdb merge`.
struct MergeDatabases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Put the entries of one database into another.",
        usage:
            "dirdb merge SRC DST [--rename 'OLD=NEW' ...] [--on-conflict fail|skip|replace] [--move] [options]",
        discussion: """
            Entries of sub-databases go into sub-databases of the same names. A rule OLD=NEW changes keys: one * in OLD \
            stands for any text, slashes included, and * in NEW is that text. The first rule that fits a key counts.

            Before anything is written, all keys that DST has with other content are found and, with fail, named. An entry \
            that DST has with the same content is not a conflict, so the same command continues after an interruption. \
            Each entry is copied in one step. With --move an original is removed after its bytes were found in DST. After \
            an interruption it may be in both. The metadata of the databases themselves is not merged. Files that are not \
            entries, such as hidden ones and those of other software, are not copied.

            EXAMPLES
              dirdb merge runs-monday all --rename '*=monday/*'
              dirdb merge scratch runs --move --on-conflict skip --dry-run
            """)

    @Argument(
        help: ArgumentHelp("The database whose entries are copied.", valueName: "src"), completion: .directory
    )
    var source: String

    @Argument(
        help: ArgumentHelp("The database to put them into, created when it is missing.", valueName: "dst"))
    var destination: String

    @Option(
        name: .customLong("rename"),
        help: ArgumentHelp("Change keys: 'a-*=b-*'. May be given several times.", valueName: "old=new"),
        transform: Self.rule)
    var renames: [RenameRule] = []

    @Option(
        help: "What to do when DST has another entry of the key: fail, skip it, or replace it.",
        transform: Self.conflict)
    var onConflict = MergeOptions.Conflict.fail

    @Flag(help: "Remove the originals, and sub-databases that become empty.")
    var move = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func run() throws {
        var options = MergeOptions()
        options.renames = renames
        options.onConflict = onConflict
        options.movesEntries = move
        options.isDryRun = dryRun
        options.timeout = lock.timeout.duration
        let report = try Signals.whileChanging {
            try Merge.run(from: source, into: destination, options: options)
        }
        // What failed may be what the rule is for.
        if report.failures.isEmpty {
            let keys = report.items.filter { $0.change != .pruned }.map(\.key)
            for rule in renames where !keys.contains(where: { rule.newKey(of: $0) != nil }) {
                Diagnostics.warning(
                    "the rule '\(rule)' is for none of the keys; look at them with dirdb tree")
            }
        }
        try report.print(asJSON: json.isOn, isDryRun: dryRun)
    }

    private static func rule(_ text: String) throws -> RenameRule {
        if let rule = RenameRule(text) { return rule }
        throw ValidationError("It is no rule such as 'a-*=b-*', with at most one * on each side.")
    }

    private static func conflict(_ text: String) throws -> MergeOptions.Conflict {
        if let conflict = MergeOptions.Conflict(rawValue: text) { return conflict }
        throw ValidationError("Choose fail, skip or replace.")
    }
}
