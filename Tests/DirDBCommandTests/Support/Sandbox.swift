import Foundation
import TestSupport
import Testing

/// A temporary directory in which the real executable is run.
final class Sandbox {
    private let directory: TemporaryDirectory

    private init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs a test; at its end the database `db` must be without findings.
    static func run(verifies: Bool = true, _ body: (Sandbox) throws -> Void) throws {
        let sandbox = try Sandbox()
        try body(sandbox)
        if verifies && sandbox.exists("db") {
            let outcome = try sandbox.dirdb("verify", "db")
            #expect(outcome == Outcome(error: "dirdb: no findings\n"))
        }
    }

    var path: String { directory.path }

    func path(of name: String) -> String { directory.path(of: name) }

    /// Runs `dirdb` to its end.
    func dirdb(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) throws -> Outcome {
        try finish(try launch(arguments, environment: environment), input: input)
    }

    /// Runs a shell script to its end, in which `$DIRDB` is the executable.
    ///
    /// The script must not `wait`: SIGCHLD is blocked in the threads that tests run on, hence in the shell, and
    /// dash then waits for ever.
    func shell(_ script: String) throws -> Outcome {
        try finish(try launch(["sh", "-c", script], executable: "/usr/bin/env"), input: "")
    }

    /// Runs a program in front of `dirdb`, as one that changes what it may do.
    func dirdb(through program: [String], _ arguments: String...) throws -> Outcome {
        try dirdb(through: program, arguments)
    }

    /// Runs a program in front of `dirdb`, as one that changes what it may do.
    func dirdb(through program: [String], _ arguments: [String], input: String = "") throws -> Outcome {
        let tool = try Executable.url("dirdb").path
        return try finish(try launch(program + [tool] + arguments, executable: "/usr/bin/env"), input: input)
    }

    /// Starts `dirdb` with all signals at their defaults, whatever the test itself was started with.
    func start(_ arguments: [String]) throws -> Process {
        let defaults = ["--default-signal=INT,TERM,HUP,QUIT", try Executable.url("dirdb").path]
        return try launch(defaults + arguments, executable: "/usr/bin/env")
    }

    /// Starts `dirdb` and sends it a signal when it is at work; again, without the product, where it was faster than
    /// this process, which other processes may keep from its turn.
    func interrupt(
        _ arguments: [String], by signal: Int32, product: String? = nil, when isAtWork: () throws -> Bool
    ) throws -> Outcome {
        for _ in 0..<100 {
            let process = try start(arguments)
            while process.isRunning, try !isAtWork() { usleep(1000) }
            if process.isRunning { kill(process.processIdentifier, signal) }
            let outcome = process.outcome()
            if outcome.status != 0 { return outcome }
            if let product { try FileManager.default.removeItem(atPath: path(of: product)) }
        }
        throw Failure(description: "\(arguments[0]) was always faster than its signal")
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a program, by default `dirdb` itself, with pipes for input, output and errors.
    func launch(
        _ arguments: [String], executable: String? = nil, environment: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        let tool = try Executable.url("dirdb")
        process.executableURL = executable.map { URL(fileURLWithPath: $0) } ?? tool
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = ProcessInfo.processInfo.environment
            .merging(["DIRDB": tool.path, "LC_ALL": "C"]) { $1 }.merging(environment) { $1 }
        process.standardInput = Pipe()
        process.standardOutput = Pipe()
        process.standardError = Pipe()
        try process.run()
        return process
    }

    private func finish(_ process: Process, input: String) throws -> Outcome {
        if let pipe = process.standardInput as? Pipe {
            // A command that does not read its input may be gone already.
            try? pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        return process.outcome()
    }

    // MARK: Files

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(of: name))
    }

    func write(_ text: String, to name: String) throws {
        try directory.write(text, to: name)
    }

    func write(_ data: Data, to name: String) throws {
        try directory.write(data, to: name)
    }

    func text(_ name: String) throws -> String { try directory.text(name) }

    /// The names in a directory, sorted.
    func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(of: name)).sorted()
    }

    /// Makes a file look as if it was written so many days ago.
    func age(_ name: String, days: Double) throws {
        let date = Date(timeIntervalSinceNow: -days * 86_400 - 60)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path(of: name))
    }
}

extension Process {
    /// What the process printed, up to its end.
    func outcome() -> Outcome {
        let output = text(standardOutput)
        let error = text(standardError)
        waitUntilExit()
        let status = terminationReason == .exit ? terminationStatus : 1000 + terminationStatus
        return Outcome(status: status, output: output, error: error)
    }

    private func text(_ channel: Any?) -> String {
        let data = (channel as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether a file whose path ends so is open in the process.
    func hasOpen(_ suffix: String) -> Bool {
        let folder = "/proc/\(processIdentifier)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
            return target?.hasSuffix(suffix) == true
        }
    }

    /// Waits for a line of output.
    func readLine() -> String {
        var line = Data()
        guard let handle = (standardOutput as? Pipe)?.fileHandleForReading else { return "" }
        while let byte = try? handle.read(upToCount: 1), !byte.isEmpty, byte[byte.startIndex] != 10 {
            line += byte
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Ends the standard input of the process.
    func closeInput() throws {
        try (standardInput as? Pipe)?.fileHandleForWriting.close()
    }
}

/// Waits until something is true; the limit, an hour, only keeps what never happens from being waited for for ever.
func wait(until condition: () throws -> Bool) throws {
    for _ in 0..<360_000 {
        if try condition() { return }
        usleep(10_000)
    }
    Issue.record("what was waited for did not happen")
}
