import ArgumentParser
import DirDB
import DirDBDumpers

/// A program whose output becomes the data of an entry.
struct EntryProgram {
    /// Why an entry is not computed within its own computation.
    private static let chain = "DIRDB_COMPUTING"

    private let entry: Entry
    private let arguments: [String]
    /// What stands for the file to write among the arguments; nil for standard output.
    private let output: String?

    /// - Throws: `.wouldDeadlock` within a computation of the same entry.
    init(_ arguments: [String], output: String?, for entry: Entry) throws {
        let outer = Environment.variable(Self.chain)?.split(separator: "\n") ?? []
        if outer.contains(Substring(entry.path)) || Environment.variable("DIRDB_LOCKED_ENTRY") == entry.path {
            throw DirDBError(
                .wouldDeadlock, path: entry.path,
                "\(entry.path) is being computed by the program that asks for it",
                remedy: "make the computation independent of it")
        }
        self.entry = entry
        self.arguments = arguments
        self.output = output
    }

    /// An argument that is the name of the file, or ends with it behind an equals sign, with another name; nil for any
    /// other argument, since a short name may occur anywhere in a script.
    static func replacing(_ output: String, in argument: String, by path: String) -> String? {
        if argument == output { return path }
        return argument.hasSuffix("=\(output)") ? argument.dropLast(output.count) + path : nil
    }

    /// Runs the program, whose standard output `read` reads to the end.
    /// - Throws: Its exit status, after a message, when it fails; what `read` throws.
    func run(reading read: (Int32) throws -> Void) throws {
        try check(ForegroundProgram.run(arguments, adding: environment, reading: read))
    }

    /// Runs the program in such a way that it makes a file, opens that, and removes it.
    /// - Throws: Its exit status, after a message, when it fails, or an error when it makes no file.
    func withFile<Result>(
        format: String, _ body: (borrowing DataFile) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with(for: "compute") { folder in
            let name = output?.pathComponents.last ?? "output"
            let path = "\(folder)/\(name)"
            if let output {
                let changed = arguments.map { Self.replacing(output, in: $0, by: path) ?? $0 }
                try check(ForegroundProgram.run(changed, adding: environment))
            } else {
                var sink = try TemporaryFolder.file(path)
                try run { descriptor in try sink.write(contentsOf: descriptor) }
            }
            guard try Directory(path: folder).status(name) != nil else {
                throw CommandError(
                    "\(arguments[0]) did not write \(path): nothing was stored; let it write the file that its arguments name"
                )
            }
            return try body(try InputFile.dataFile(path, format: format))
        }
    }

    private var environment: [String: String] {
        let outer = Environment.variable(Self.chain).map { "\($0)\n" } ?? ""
        return [Self.chain: outer + entry.path, "DIRDB_LOCKED_ENTRY": entry.path]
    }

    private func check(_ status: Int32) throws {
        if status == 0 { return }
        // What could not be started was told before, and whoever pressed Ctrl-C knows.
        if ![126, 127, 130].contains(status) {
            Diagnostics.error("\(arguments[0]) ended with status \(status): nothing was stored")
        }
        throw ExitCode(status)
    }
}
