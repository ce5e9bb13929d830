import ArgumentParser
import DirDB
import DirDBWorkflow

/// The command `dirdb compute`.
struct Compute: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an entry by a program, once, unless it is there.",
        usage: """
            dirdb compute DB KEY [--output FILE] [--format EXT] [--as EXT] [--force] [options] -- COMMAND [ARGUMENT ...]
            """,
        discussion: """
            An entry that has data is left alone, and COMMAND is not run. Otherwise what COMMAND prints becomes its data, \
            under the extension that --format names, bin if none. With --output, the data is the file that COMMAND \
            writes: an argument that is FILE, or ends with =FILE, is replaced by the path of a temporary file in TMPDIR. \
            The extension of FILE names the format. With --as a table is converted, as dirdb put does.

            The lock of the entry is held while COMMAND runs. Of several processes that compute the same entry at the \
            same time, on this machine or on others, one runs COMMAND, and the others wait for it. When COMMAND fails, \
            nothing is stored, the next in line runs it, and the status is that of COMMAND.

            EXAMPLES
              dirdb compute runs spikes --format csv --as parquet -- ./simulate --seed 17
              dirdb compute runs fit --output fit.npy -- python3 fit.py --save fit.npy
            """)

    @OptionGroup var arguments: ProgramArguments

    @Option(
        help: ArgumentHelp(
            "The file among the arguments of COMMAND that it writes, instead of standard output.",
            valueName: "file"))
    var output: String?

    @Flag(help: "Compute it in any case, and replace what is there.")
    var force = false

    @OptionGroup var storing: StoringOptions

    // A computation takes its time; that of a lock is that of the one who is ahead.
    @Option(help: "How long to wait for another's computation: 0 tries once, inf waits for ever.")
    var timeout = Timeout.forEver

    @OptionGroup var json: JSONFlag

    func validate() throws {
        if storing.csv.areGiven && storing.target == nil {
            throw ValidationError(
                "What is stored as it is needs none of the options for csv; convert it with --as.")
        }
        guard let output else {
            if storing.target != nil && storing.format == nil {
                throw ValidationError("--as needs --format, which says what the program prints, such as csv.")
            }
            return
        }
        if output.isEmpty || output.last == "/" { throw ValidationError("--output names no file.") }
        if !arguments.command.contains(where: { EntryProgram.replacing(output, in: $0, by: "") != nil }) {
            throw ValidationError("No argument of the program names the file '\(output)' of --output.")
        }
    }

    /// The format that COMMAND writes.
    private var format: String {
        storing.format ?? output?.formatExtension ?? RawBytes.defaultExtension
    }

    func run() throws {
        let location = try arguments.location()
        if let target = storing.target, target != format {
            try TableFormats.check(
                format, to: target, path: output ?? "the output of \(arguments.command[0])")
        }
        let meta = try storing.metadata()
        let entry = try storing.entry(at: location)
        let isComputed = try Signals.whileChanging { try compute(entry, of: location, meta) }
        if json.isOn {
            try Output.write { try $0.json(["name": .string(entry.key), "computed": .bool(isComputed)]) }
        }
    }

    /// - Returns: Whether the entry was made; otherwise it was there.
    private func compute(_ entry: Entry, of location: Location, _ meta: JSON?) throws -> Bool {
        if try !force && entry.exists { return false }
        let program = try EntryProgram(arguments.command, output: output, for: entry)
        let provenance = storing.provenance.capture(for: location.database)
        let isComputed = try entry.withLock(timeout: timeout.duration) { locked in
            if try !force && locked.exists { return false }
            try store(program, in: &locked, meta, provenance)
            return true
        }
        if isComputed { do { _ = try entry.info() } catch { Diagnostics.warning("\(error)") } }
        return isComputed
    }

    private func store(
        _ program: EntryProgram, in locked: inout LockedEntry, _ meta: JSON?, _ provenance: Provenance?
    ) throws {
        let target = storing.target ?? format
        // The program runs when the new file is there: a missing permission must not cost hours first.
        try storing.stage(in: &locked, target, meta, provenance) { sink in
            if output == nil && target == format {
                return try program.run { descriptor in try sink.write(contentsOf: descriptor) }
            }
            try program.withFile(format: format) { file in
                if target == format {
                    try file.forEachPiece { piece in try sink.write(piece) }
                } else {
                    try TableFormats.dump(
                        try TableFormats.load(file, storing.csv), as: target, storing.csv, to: &sink)
                }
            }
        }
    }
}
