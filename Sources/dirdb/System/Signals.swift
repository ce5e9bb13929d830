import Glibc
import Synchronization

/// What a signal that asks the program to end does to it.
///
/// SIGINT, SIGTERM and SIGHUP are blocked in all threads and awaited by the main thread. While nothing is being
/// changed they end the process at once. A change is cancelled instead: the core then removes its temporary
/// files, and the process ends with the status 128 + N as if the signal had killed it. While a program runs under
/// a lock, the terminal sends it SIGINT itself; what was sent to this process alone is passed on.
enum Signals {
    private enum Phase {
        case looking
        case changing
        case waitingFor(pid_t)
    }

    private enum Reaction {
        case end
        case cancel
        case pass(pid_t)
        case none
    }

    private struct State {
        var phase = Phase.looking
        var received: Int32?
        var receivedWhileWaiting: Int32?
    }

    private static let state = Mutex(State())

    /// The exit status that a received signal asks for.
    static var status: Int32? {
        state.withLock { $0.received.map { 128 + $0 } }
    }

    /// The exit status that a signal asks for which came while a program was waited for.
    static var statusWhileWaiting: Int32? {
        state.withLock { $0.receivedWhileWaiting.map { 128 + $0 } }
    }

    /// Sets the dispositions; to be called before any thread is started.
    static func prepare() {
        // A limit on file sizes then is an error of write(2), which is reported.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_DFL)
        var set = watched()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for signals until the process ends.
    static func watch(cancelling task: Task<Void, Never>) -> Never {
        var set = watched()
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else {
                // Nothing to watch: all are ignored, as for a job of nohup in the background.
                pause()
                continue
            }
            switch reaction(to: number) {
            case .end: _exit(128 + number)
            case .cancel: task.cancel()
            case .pass(let process): kill(process, number)
            case .none: break
            }
        }
    }

    /// Runs a change, which a signal cancels.
    static func whileChanging<Result>(_ body: () throws -> Result) rethrows -> Result {
        state.withLock { $0.phase = .changing }
        defer { state.withLock { $0.phase = .looking } }
        return try body()
    }

    /// Starts a program within a change, and runs `body` while it is at work.
    ///
    /// A signal that comes while it is being started waits until there is a process to pass it on to: as a
    /// cancellation it would be lost, because nothing that the program does is cancelled.
    static func whileWaiting<Outcome, Failure: Error>(
        for start: () -> Result<pid_t, Failure>, _ body: (pid_t) -> Outcome
    ) -> Result<Outcome, Failure> {
        let started = state.withLock { state in
            let started = start()
            if case .success(let process) = started {
                state.phase = .waitingFor(process)
                // One that came before the program was there; the terminal cannot have sent it to both.
                if let received = state.received { kill(process, received) }
            }
            return started
        }
        defer { state.withLock { $0.phase = .changing } }
        return started.map(body)
    }

    private static func reaction(to number: Int32) -> Reaction {
        state.withLock { state in
            switch state.phase {
            case .looking: return .end
            case .changing:
                state.received = state.received ?? number
                return .cancel
            case .waitingFor(let process):
                state.receivedWhileWaiting = state.receivedWhileWaiting ?? number
                return number == SIGINT ? .none : .pass(process)
            }
        }
    }

    /// Those that are not ignored from the start: a blocked signal would be received nevertheless.
    private static func watched() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&set, number) }
        return set
    }

    /// Whether the process that started this one had it ignore a signal.
    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
