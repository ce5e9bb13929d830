import ArgumentParser
import DirDB

/// A second process of this program, which a probe needs.
///
/// It is gone when the value is.
final class Peer {
    /// What it does in the probes' directory.
    enum Role: String, ExpressibleByArgument {
        case lockExclusively, lockShared, keepLock, watch, keepOpen
    }

    /// The exit statuses of one that did its work.
    enum Status {
        static let yes: Int32 = 0
        static let no: Int32 = 3
    }

    /// Longer than anything here takes, on the slowest of file systems and the busiest of machines.
    static let patience = Duration.seconds(60)

    private let process: Int32
    /// Its exit status, once it was waited for.
    private var status: Int32?

    init(_ role: Role, in probe: borrowing ProbeDirectory) throws {
        let program = try System.realPath("/proc/self/exe") ?? "dirdb"
        switch Process.start([program, "doctor-peer", probe.path, "--role", role.rawValue]) {
        case .success(let process): self.process = process
        case .failure(let failure):
            throw CommandError("cannot start a second process: \(failure.cause); do it again")
        }
    }

    deinit {
        destroy()
    }

    /// Runs one to its end.
    /// - Returns: Its exit status.
    static func run(_ role: Role, in probe: borrowing ProbeDirectory) throws -> Int32 {
        try Peer(role, in: probe).wait()
    }

    /// Ends it as a crash would.
    func destroy() {
        if status != nil { return }
        Process.destroy(process)
        status = Process.wait(for: process)
    }

    /// Waits for its end.
    /// - Returns: Its exit status.
    /// - Throws: An error when it does not end in time, or this task is cancelled.
    func wait() throws -> Int32 {
        let start = ContinuousClock.now
        while true {
            if let status = statusIfEnded() { return status }
            try Self.pause(since: start)
        }
    }

    /// Waits for a file that it makes.
    /// - Returns: Its exit status if it ended without; nil when the file is there.
    func waitForFile(_ name: String, in probe: borrowing ProbeDirectory) throws -> Int32? {
        let start = ContinuousClock.now
        while try probe.directory.status(name) == nil {
            if let status = statusIfEnded() { return status }
            try Self.pause(since: start)
        }
        return nil
    }

    private func statusIfEnded() -> Int32? {
        if status == nil { status = Process.status(ofEnded: process) }
        return status
    }

    private static func pause(since start: ContinuousClock.Instant) throws {
        if Task.isCancelled { throw CancellationError() }
        guard ContinuousClock.now - start < patience else {
            throw CommandError("a second process does not answer within \(patience)")
        }
        System.sleep(for: .microseconds(300))
    }
}
