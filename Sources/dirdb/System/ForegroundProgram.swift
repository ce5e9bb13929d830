import DirDB

/// A program that this one runs and waits for, as a shell does for a command in front.
///
/// It is to be run within `Signals.whileChanging`.
enum ForegroundProgram {
    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The program, searched in PATH when it has no slash, and its arguments.
    ///   - environment: Variables to add.
    /// - Returns: Its exit status; 128 + N when signal N killed it; after a message, 127 when there is no such program,
    ///   126 when it cannot be run.
    static func run(_ arguments: [String], adding environment: [String: String]) -> Int32 {
        Process.ignoringQuit {
            let outcome = Signals.whileWaiting(
                for: { Process.start(arguments, adding: environment) }, { Process.wait(for: $0) })
            return status(outcome, arguments)
        }
    }

    /// Runs a program to its end, while `read` reads its standard output to the end, from a descriptor.
    ///
    /// - Parameters:
    ///   - arguments: The program and its arguments, as above.
    ///   - environment: Variables to add.
    ///   - read: Reads what the program prints.
    /// - Returns: Its exit status, as above.
    /// - Throws: What `read` throws, when the program, which then is asked to end, has ended.
    static func run(
        _ arguments: [String], adding environment: [String: String], reading read: (Int32) throws -> Void
    ) throws -> Int32 {
        let pipe = try Process.pipe()
        var openEnds = [pipe.writing, pipe.reading]
        defer { for end in openEnds { try? System.close(end) } }
        var reading: Result<Void, any Error> = .success(())
        let outcome = Process.ignoringQuit {
            Signals.whileWaiting(
                for: { Process.start(arguments, adding: environment, standardOutput: pipe.writing) },
                { process in
                    // As long as this program could write to it, the pipe would have no end.
                    try? System.close(openEnds.removeFirst())
                    reading = Result { try read(pipe.reading) }
                    if case .failure = reading { Process.terminate(process) }
                    return Process.wait(for: process)
                })
        }
        try reading.get()
        return status(outcome, arguments)
    }

    private static func status(
        _ outcome: Result<Int32, Process.StartFailure>, _ arguments: [String]
    ) -> Int32 {
        switch outcome {
        case .success(let status): return status
        case .failure(let failure):
            Diagnostics.error("cannot run \(arguments[0]): \(failure.cause); check its name and PATH")
            return failure.isNotFound ? 127 : 126
        }
    }
}
