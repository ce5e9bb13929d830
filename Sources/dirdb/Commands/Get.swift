import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow

/// The command `dirdb get`.
struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the data of an entry to a file or to standard output.",
        usage:
            "dirdb get DB KEY [-o FILE] [--as EXT] [--only NAMES] [--except NAMES] [--rows FROM:TO] [--format EXT]",
        discussion: """
            The bytes are written as they are stored: one complete version, without waiting for a lock. FILE is \
            replaced when the new one is complete, and is as before after a failure. Binary data is not written to a \
            terminal.

            A table is converted when the extension of FILE, or --as, names another format of tables: \
            \(TableFormats.list). No conversion changes a value: where csv does not say the type of a column, it is one in \
            which all fields keep their values, or text, unless --type gives it. A link to raw files is read, \
            and written as npy or as a table.

            With --only, --except or --rows no more of the file is read than that takes, and the part is written in the \
            same format, unless that is changed. The fields of csv stay as they are.

            EXAMPLES
              dirdb get runs batch-17 -o copy.npy
              dirdb get runs spikes --as csv | head
              dirdb get runs spikes --only time,site --rows 0:1000 -o head.parquet
            """)

    @Argument(
        help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"),
        completion: .file())
    var output = "-"

    @Option(
        name: .customLong("as"), help: ArgumentHelp("The format to convert a table to.", valueName: "ext"))
    var target: String?

    @OptionGroup var parts: SelectionOptions
    @OptionGroup var csv: CSVOptions
    @OptionGroup var format: FormatOption

    // By its path it would be replaced, and with it what others write to it.
    private var isToStandardOutput: Bool { output == "-" || output == "/dev/stdout" }

    func run() throws {
        let location = try Location.parse(arguments).location
        try location.read(format: format.format) { entry in
            try entry.withData { data in
                if data.format == LinkedTraces().fileExtension && target != data.format {
                    try resolve(data)
                } else if let target = try conversionTarget(of: data) {
                    try convert(data, to: target)
                } else if csv.areGiven && (parts.selection.isAll || data.format != TableFormats.csv) {
                    throw ValidationError(
                        "\(data.path) is written as it is, which needs none of the options for csv; convert it with"
                            + " --as, or choose a part of csv.")
                } else if !parts.selection.isAll {
                    if data.format != "csv" { try requireNoTerminal(data, data.format) }
                    try dump { sink in try parts.selection.write(data, to: &sink, csv: csv.dumper) }
                } else if isToStandardOutput {
                    try print(data)
                } else {
                    try OutputFile.write(to: output) { write in try data.forEachPiece(write) }
                }
            }
        }
    }

    /// The format to convert to; nil when the bytes are to be copied.
    private func conversionTarget(of data: borrowing DataFile) throws -> String? {
        if let target {
            if target == data.format { return nil }
            try TableFormats.check(data.format, to: target, path: data.path)
            return target
        }
        guard !isToStandardOutput, let target = output.formatExtension, target != data.format
        else { return nil }
        if TableFormats.dumper(target) != nil && TableFormats.dumper(data.format) != nil { return target }
        let known = [any Dumper].standard.map(\.fileExtension)
        // What opaque data is, the user knows.
        guard known.contains(target) && known.contains(data.format) else { return nil }
        throw CommandError(
            "\(data.path) is not converted: \(data.format) does not become \(target); name a file with the extension"
                + " \(data.format)")
    }

    private func convert(_ data: borrowing DataFile, to target: String) throws {
        try requireNoTerminal(data, target)
        let selection = parts.selection
        let table =
            try selection.isAll ? TableFormats.load(data, csv) : selection.table(from: data, csv: csv.dumper)
        try dump { sink in try TableFormats.dump(table, as: target, csv, to: &sink) }
    }

    /// Reads what a link to raw files stands for, whose own bytes are of no use elsewhere.
    private func resolve(_ data: borrowing DataFile) throws {
        guard parts.selection.isAll else {
            throw CommandError(
                "\(data.path) is a link to raw files, which have no parts to choose; run dirdb optimize first"
            )
        }
        let info = try LinkedTraces().inspect(data)
        let isArray = info.shape != nil
        let target = target ?? (isToStandardOutput ? nil : output.formatExtension)
        guard let target, isArray ? target == "npy" : TableFormats.dumper(target) != nil else {
            throw CommandError(
                "\(data.path) is a link to raw files: name its format with -o or --as, \(isArray ? "npy" : TableFormats.list), or"
                    + " run dirdb optimize to store the data")
        }
        try requireNoTerminal(data, target)
        if !isArray {
            let table = try LinkedTable().load(data)
            return try dump { sink in try TableFormats.dump(table, as: target, csv, to: &sink) }
        }
        let traces = try LinkedTraces().load(data)
        if info.dtype == "float32" {
            let singles = try NDArray(
                shape: traces.shape, elements: traces.withElements { $0.map(Float.init) })
            try dump { sink in try NPYDumper<Float>().dump(singles, to: &sink) }
        } else {
            try dump { sink in try NPYDumper<Double>().dump(traces, to: &sink) }
        }
    }

    private func requireNoTerminal(_ data: borrowing DataFile, _ target: String) throws {
        if isToStandardOutput && Terminal.isTerminal(1) {
            throw CommandError(
                "\(data.path) is not shown as \(target): name a file with -o, or pipe the output")
        }
    }

    private func dump(_ body: (inout DataSink) throws -> Void) throws {
        if isToStandardOutput {
            var sink = DataSink(try Terminal.standardOutput(), path: "standard output", isToBeSynced: false)
            try body(&sink)
        } else {
            try OutputFile.dump(to: output, body)
        }
    }

    private func print(_ data: borrowing DataFile) throws {
        // A text that is short is harmless, and what a person wants to see.
        let isShown = Terminal.isTerminal(1)
        if try isShown && (data.size > 1 << 20 || !Self.isText(data.readBytes())) {
            throw CommandError("\(data.path) is not text: name a file with -o, or pipe the output")
        }
        try Output.write { output in
            try data.forEachPiece { piece in try output.bytes(piece) }
        }
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        let plain = text.replacing("\t", with: " ").replacing("\r\n", with: "\n")
        return plain.escapingControls(keepingLines: true) == plain
    }
}

extension DataFile {
    /// Hands the content over piece by piece.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while true {
            if Task.isCancelled { throw CancellationError() }
            let count = try read(at: offset, into: buffer)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }
}
