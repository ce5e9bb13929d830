import ArgumentParser
import DirDB

/// How long to wait for locks.
struct LockOptions: ParsableArguments {
    @Option(
        help: "How long to wait for the lock: 0 tries once, inf waits for ever.")
    var timeout = Timeout.standard
}

/// A time in seconds.
struct Timeout: ExpressibleByArgument, CustomStringConvertible {
    static let standard = Timeout(description: "10", duration: .seconds(10))
    // Not nil, as for the core's own "for ever": that blocks in one system call, which Ctrl-C could not end.
    static let forEver = Timeout(description: "inf", duration: .seconds(1 << 50))

    let description: String
    let duration: Duration

    var defaultValueDescription: String { description }

    private init(description: String, duration: Duration) {
        self.description = description
        self.duration = duration
    }

    init?(argument: String) {
        guard let seconds = Double(argument), seconds >= 0 else { return nil }
        let duration = seconds < 1e9 ? Duration.seconds(seconds) : Self.forEver.duration
        self.init(description: argument, duration: duration)
    }
}

/// Which of several data files of one name is meant.
struct FormatOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The extension of the data file, where several have the name.", valueName: "ext"),
        completion: WordCompletion.format)
    var format: String?
}

/// Output for programs.
struct JSONFlag: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print one JSON object per line.")
    var isOn = false
}

/// How metadata is written.
struct MetadataWritingOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set a key, or one in nested objects: a.b=1. The value is JSON if it is valid JSON, else a string. Quotes keep the dots of a key: '\"a.b\"=1'.",
            valueName: "key=value"),
        completion: WordCompletion.metadataKey, transform: Assignment.init)
    var assignments: [Assignment] = []
}
