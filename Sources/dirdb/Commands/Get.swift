import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb get`.
struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the data of an entry to a file or to standard output.",
        usage: "dirdb get DB KEY [-o FILE] [--format EXT]",
        discussion: """
            The bytes are written as they are stored; one complete version, without waiting for a lock. FILE is \
            replaced when the new one is complete; after a failure it is as before. Binary data is not written to a \
            terminal.

            EXAMPLE
              dirdb get runs batch-17 -o copy.npy
            """)

    @Argument(help: ArgumentHelp("The database and the key: DB KEY or DB/KEY.", valueName: "db key"))
    var arguments: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"))
    var output = "-"

    @OptionGroup var format: FormatOption

    func run() throws {
        let location = try Location.parse(arguments).location
        try location.read(format: format.format) { entry in
            try entry.withData { data in
                // By its path it would be replaced, and with it what others write to it.
                if output == "-" || output == "/dev/stdout" {
                    try print(data)
                } else {
                    try OutputFile.write(to: output) { write in try data.forEachPiece(write) }
                }
            }
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
    fileprivate func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
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
