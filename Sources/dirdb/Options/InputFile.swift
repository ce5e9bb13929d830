import DirDB

/// A file to read from, or standard input.
struct InputFile: ~Copyable {
    /// nil for standard input.
    private let file: FileDescriptor?
    private let path: String
    private let pollMilliseconds: Int32 = 100

    /// Opens a file; `-` is standard input.
    /// - Throws: An error when it cannot be read or is a directory.
    init(_ path: String) throws {
        self.path = path
        if path == "-" {
            file = nil
        } else {
            file = try Self.open(path)
        }
    }

    /// Opens a file for a dumper to load.
    /// - Throws: An error when it cannot be read or is no regular file.
    static func dataFile(_ path: String, format: String) throws -> DataFile {
        try DataFile(try open(path), path: path, format: format)
    }

    /// Opens a file for a dumper to load; of standard input, or anything else that is not a regular file, a temporary
    /// copy.
    static func withDataFile<Result>(
        _ path: String, format: String, _ body: (borrowing DataFile) throws -> Result
    ) throws -> Result {
        let input = try InputFile(path)
        if try input.isRegular {
            return try body(try dataFile(path, format: format))
        }
        return try TemporaryFolder.with(for: "input") { folder in
            let copy = "\(folder)/input"
            var sink = try TemporaryFolder.file(copy)
            try input.copy(to: &sink)
            return try body(try dataFile(copy, format: format))
        }
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        let opened: FileDescriptor
        do { opened = FileDescriptor(try System.open(path, 0)) } catch {
            throw CommandError("cannot read \(path): \(System.message(error.errno)); check the path")
        }
        if try opened.status(path: path).kind != .directory { return opened }
        throw CommandError("cannot read \(path): it is a directory; name a file")
    }

    private var isRegular: Bool {
        get throws(DirDBError) {
            switch file {
            case .some(let file): try file.status(path: path).kind == .regular
            case .none: false
            }
        }
    }

    private var descriptor: Int32 {
        switch file {
        case .some(let file): file.raw
        case .none: 0
        }
    }

    /// Hands the content over piece by piece.
    ///
    /// Waits for a pipe only as long as nobody cancels: read(2) itself would wait for ever.
    func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            while !Terminal.waitForInput(descriptor, milliseconds: pollMilliseconds) {
                if Task.isCancelled { throw CancellationError() }
            }
            if Task.isCancelled { throw CancellationError() }
            let count: Int
            do { count = try System.read(descriptor, into: buffer) } catch {
                throw CommandError(
                    "cannot read \(path == "-" ? "standard input" : path): \(System.message(error.errno));"
                        + " do it again when the cause is removed")
            }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Appends the content to a file that is being written.
    func copy(to sink: inout DataSink) throws {
        try read { piece in try sink.write(piece) }
    }

    /// The whole content.
    func readAll() throws -> [UInt8] {
        var content: [UInt8] = []
        try read { content += $0 }
        return content
    }
}
