import DirDB

/// Whether flock(2) keeps processes apart.
///
/// Each probe takes a lock here and has a second process try the same.
enum LockProbe {
    /// The answers to `exclusion`, `release` and `sharing`.
    static func run(in probe: borrowing ProbeDirectory) throws -> [Question: Answer] {
        let exclusion = try exclusion(in: probe)
        guard case .holds = exclusion else {
            let reason = Answer.notTried("there is no lock to rely on")
            return [.exclusion: exclusion, .release: reason, .sharing: reason]
        }
        return [.exclusion: exclusion, .release: try release(in: probe), .sharing: try sharing(in: probe)]
    }

    private static func exclusion(in probe: borrowing ProbeDirectory) throws -> Answer {
        do {
            guard let held = try probe.tryLock(exclusive: true) else {
                return .fails("flock refuses a lock that nobody holds")
            }
            for role in [Peer.Role.lockExclusively, .lockShared] {
                switch try Peer.run(role, in: probe) {
                case Peer.Status.no: break
                case Peer.Status.yes: return .fails("a second process got a lock that the first one held")
                case let status: return .fails("a second process failed with status \(status)")
                }
            }
            _ = consume held
            guard try Peer.run(.lockExclusively, in: probe) == Peer.Status.yes else {
                return .fails("a lock that was released cannot be taken by a second process")
            }
            return .holds("flock excludes, and lets in when it is released")
        } catch let error as DirDBError {
            return .fails(error.message)
        }
    }

    private static func release(in probe: borrowing ProbeDirectory) throws -> Answer {
        do {
            let peer = try Peer(.keepLock, in: probe)
            if let status = try peer.waitForFile("kept", in: probe) {
                return .fails("a second process failed with status \(status)")
            }
            guard try probe.tryLock(exclusive: true) == nil else {
                return .fails("this process got a lock that a second one held")
            }
            peer.destroy()
            // A server may hear of the death a little later.
            let start = ContinuousClock.now
            repeat {
                if try probe.tryLock(exclusive: true) != nil { return .holds("released by its death") }
                if Task.isCancelled { throw CancellationError() }
                System.sleep(for: .milliseconds(5))
            } while ContinuousClock.now - start < .seconds(2)
            return .fails("the lock of a process was still held two seconds after it was killed")
        } catch let error as DirDBError {
            return .fails(error.message)
        }
    }

    private static func sharing(in probe: borrowing ProbeDirectory) throws -> Answer {
        do {
            guard let held = try probe.tryLock(exclusive: false) else {
                return .fails("flock refuses a shared lock that nobody excludes")
            }
            guard try Peer.run(.lockShared, in: probe) == Peer.Status.yes else {
                return .fails("a second process does not get a shared lock beside another")
            }
            guard try Peer.run(.lockExclusively, in: probe) == Peer.Status.no else {
                return .fails("a second process got an exclusive lock beside a shared one")
            }
            _ = consume held
            return .holds("coexist, and keep writers out")
        } catch let error as DirDBError {
            return .fails(error.message)
        }
    }

    // MARK: The second process

    /// Tries once.
    static func tryOnce(exclusive: Bool, in probe: borrowing ProbeDirectory) throws -> Int32 {
        try probe.tryLock(exclusive: exclusive) == nil ? Peer.Status.no : Peer.Status.yes
    }

    /// Holds the lock until it is killed.
    static func keep(in probe: borrowing ProbeDirectory) throws -> Int32 {
        guard let held = try probe.tryLock(exclusive: true) else { return Peer.Status.no }
        try probe.write([], to: "kept")
        System.sleep(for: Peer.patience)
        _ = consume held
        return Peer.Status.no
    }
}
