import Glibc

/// Other processes, and the end of this one.
enum Process {
    /// Ends this process.
    static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }

    /// Starts a program.
    ///
    /// It gets an empty signal mask, and the signal dispositions that this process was started with.
    /// - Parameters:
    ///   - arguments: The program, searched in PATH when it has no slash, and its arguments.
    ///   - environment: Variables to add.
    ///   - standardOutput: The descriptor to be its standard output; nil for that of this process.
    /// - Returns: The process, or the error number: ENOENT when there is no such program.
    static func start(
        _ arguments: [String], adding environment: [String: String] = [:], standardOutput: Int32? = nil
    ) -> Result<pid_t, StartFailure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let standardOutput {
            posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGINT, SIGQUIT] where !Signals.isIgnored(number) { sigaddset(&defaults, number) }
        sigaddset(&defaults, SIGXFSZ)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let added = environment.map { "\($0.key)=\($0.value)" }
        let code = withCStrings(arguments) { arguments in
            withCStrings(added, after: inherited(replacing: environment)) { variables in
                guard let program = arguments[0] else { return EINVAL }
                return posix_spawnp(&process, program, &actions, &attributes, arguments, variables)
            }
        }
        return code == 0 ? .success(process) : .failure(StartFailure(errno: code))
    }

    /// A pipe, whose ends no other program inherits.
    /// - Throws: An error when there are too many open files.
    static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw CommandError("cannot make a pipe: \(String(cString: strerror(errno))); close some files")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    struct StartFailure: Error {
        let errno: Int32

        var isNotFound: Bool { errno == ENOENT }
        var cause: String { String(cString: strerror(errno)) }
    }

    /// Waits for a process to end.
    /// - Returns: Its exit status; 128 + N when signal N killed it.
    static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return 1 }
        }
        return exitStatus(status)
    }

    /// The exit status of a process as `wait(for:)` gives it; nil while it runs.
    static func status(ofEnded process: pid_t) -> Int32? {
        var status: Int32 = 0
        return waitpid(process, &status, WNOHANG) == process ? exitStatus(status) : nil
    }

    /// Asks a process to end.
    static func terminate(_ process: pid_t) {
        kill(process, SIGTERM)
    }

    /// Ends a process as a crash would, whatever it is doing.
    static func destroy(_ process: pid_t) {
        kill(process, SIGKILL)
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Ignores the signals which a terminal sends to all its processes, as a shell does for a command in front.
    static func ignoringQuit<Result>(_ body: () throws -> Result) rethrows -> Result {
        let previous = signal(SIGQUIT, SIG_IGN)
        defer { signal(SIGQUIT, previous) }
        return try body()
    }

    /// The variables of this process as they are, UTF-8 or not.
    private static func inherited(replacing names: [String: String]) -> [UnsafeMutablePointer<CChar>?] {
        let replaced = names.keys.map { "\($0)=" }
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let text = next.pointee {
            if !replaced.contains(where: { strncmp(text, $0, $0.utf8.count) == 0 }) { variables.append(text) }
            next += 1
        }
        return variables
    }

    private static func withCStrings<Result>(
        _ strings: [String], after others: [UnsafeMutablePointer<CChar>?] = [],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = others + copies + [nil]
        return pointers.withUnsafeMutableBufferPointer { buffer in
            var empty: UnsafeMutablePointer<CChar>?
            guard let base = buffer.baseAddress else { return withUnsafeMutablePointer(to: &empty, body) }
            return body(base)
        }
    }
}
