package import Foundation

/// The Python interpreter of the interop tests, named by DIRDB_PYTHON, with numpy, filelock and dirdb.
package enum Python {
    /// Whether interop tests run; in CI they must, and without an interpreter they fail instead of being skipped.
    package static let isExpected = path != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    private static let path = ProcessInfo.processInfo.environment["DIRDB_PYTHON"]

    package struct Failure: Error {
        package let output: String
    }

    /// Starts a script; its standard output and error are one pipe.
    package static func start(_ script: String, _ arguments: [String] = []) throws -> Process {
        guard let path else { throw Failure(output: "DIRDB_PYTHON names no interpreter") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a script, which closes what it writes, and returns what it printed.
    @discardableResult
    package static func run(_ script: String, _ arguments: [String] = []) throws -> String {
        // Under load, threads of the peers' libraries now and then end the interpreter by a signal while it shuts down.
        let end = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)"
        let process = try start(script + end, arguments)
        let output = process.outputToEnd()
        guard process.terminationStatus == 0 else { throw Failure(output: output) }
        return output
    }
}

extension Process {
    /// Waits until a process prints something, or ends.
    package func waitForOutput() throws {
        _ = try (standardOutput as? Pipe)?.fileHandleForReading.read(upToCount: 1)
    }

    /// What a process printed, up to its end.
    package func outputToEnd() -> String {
        let data = (standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
        waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
