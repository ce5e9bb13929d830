import DirDBWorkflow
import Glibc
import TestSupport
import Testing

@testable import DirDB

/// Every system call of every operation fails once, in every plausible way; and the process dies before each.
@Suite struct CommitFaultTests {
    private static let errors: [Int32] = [ENOSPC, EIO, EACCES]

    /// The two states that are allowed, and the number of system calls that lead from one to the other.
    private func survey(
        _ scenario: CommitScenario, _ durability: Durability
    ) throws -> (old: DatabaseState, new: DatabaseState, between: DatabaseState?, calls: Int) {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: durability, dumpers: [])
        try scenario.prepare(db)
        let old = try DatabaseState(db)
        let none = Disturbance.none()
        try none.run { try scenario.change(db) }
        let new = try DatabaseState(db)
        try #require(old != new)
        return (old, new, scenario.rename.map { old.linking($0.from, to: $0.to) }, none.count)
    }

    /// Whether `verify` finds nothing, but that the two names that a rename has left are one file.
    private func isSound(_ db: Database, hasBothNames: Bool) throws -> Bool {
        try db.verify().allSatisfy { hasBothNames && $0.kind == .sharedFile }
    }

    /// Runs the operation under a disturbance and returns its error and the database after it.
    private func disturb(
        _ scenario: CommitScenario, _ durability: Durability, _ disturbance: Disturbance,
        _ check: (Database, (any Error)?) throws -> Void
    ) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: durability, dumpers: [])
        try scenario.prepare(db)
        var failure: (any Error)?
        do { try disturbance.run { try scenario.change(db) } } catch { failure = error }
        try check(db, failure)
    }

    @Test(
        "A failing call gives a clear error and the old or the new state, no lock, nothing left",
        arguments: CommitScenario.all)
    func failures(_ scenario: CommitScenario) throws {
        let (old, new, between, calls) = try survey(scenario, .full)
        for call in (0..<calls).sampled {
            for errno in Self.errors {
                try disturb(scenario, .full, .failure(at: call, errno)) { (db, failure) throws in
                    let context = Comment(
                        "call \(call) of \(calls), errno \(errno), \(String(describing: failure))")
                    if let failure {
                        let error = try #require(failure as? DirDBError, context)
                        #expect(error.message.contains(error.path), context)
                    }
                    for entry in try db.entries(recursive: true, withoutData: true) {
                        try entry.withLock(timeout: .seconds(20)) { _ in }
                    }
                    let state = try DatabaseState(db)
                    let isAllowed =
                        state == new || ((state == old || state == between) && failure != nil)
                    #expect(isAllowed, context)
                    _ = try db.recover(timeout: .seconds(20))
                    #expect(try DatabaseState(db) == state, context)
                    #expect(try isSound(db, hasBothNames: state == between), context)
                }
            }
        }
        print("failing calls: \(scenario.testDescription): \(calls * Self.errors.count)")
    }

    @Test(
        "A call before the first visible change that fails leaves the old state",
        arguments: CommitScenario.all)
    func earlyFailures(_ scenario: CommitScenario) throws {
        let (old, _, _, calls) = try survey(scenario, .full)
        for call in (0..<calls).sampled {
            try disturb(scenario, .full, .failure(at: call, ENOSPC)) { (db, failure) throws in
                guard let error = failure as? DirDBError else { return }
                // After its first commit a rename has made the new name.
                let isLate = ["under way", "visible", "the entry is there as"].contains {
                    error.message.contains($0)
                }
                let state = try DatabaseState(db)
                #expect(isLate || state == old, "call \(call), \(error)")
            }
        }
    }

    @Test(
        "An interrupted call and a short write are repeated and cost nothing", arguments: CommitScenario.all)
    func interruptions(_ scenario: CommitScenario) throws {
        let (_, new, _, calls) = try survey(scenario, .full)
        for call in (0..<calls).sampled {
            for disturbance in [Disturbance.failure(at: call, EINTR), .shortWrite(at: call)] {
                try disturb(scenario, .full, disturbance) { (db, failure) throws in
                    #expect(failure == nil, "call \(call): \(String(describing: failure))")
                    #expect(try DatabaseState(db) == new)
                    #expect(try db.verify().isEmpty)
                }
            }
        }
        print("interrupted calls and short writes: \(scenario.testDescription): \(2 * calls)")
    }

    @Test(
        "Death before any call leaves the old or the new state", arguments: CommitScenario.all,
        [Durability.full, .relaxed])
    func deaths(_ scenario: CommitScenario, _ durability: Durability) throws {
        let (old, new, between, calls) = try survey(scenario, durability)
        for call in (0..<calls).sampled {
            try disturb(scenario, durability, .death(at: call)) { (db, _) throws in
                let state = try DatabaseState(db)
                #expect(
                    state == old || state == new || state == between,
                    "death at \(call) of \(calls): \(state)")
                _ = try db.recover(timeout: .seconds(20))
                let settled = try DatabaseState(db)
                // Recovery may complete the first of a rename's two commits, of which nothing was visible.
                #expect(settled == new || settled == state || (state == old && settled == between))
                #expect(try isSound(db, hasBothNames: settled == between))
            }
        }
        print("deaths: \(scenario.testDescription): \(calls)")
    }

    @Test(
        "After death before any call the entry can be put again at once",
        arguments: CommitScenario.all)
    func putAfterDeath(_ scenario: CommitScenario) throws {
        let calls = try survey(scenario, .relaxed).calls
        for call in (0..<calls).sampled {
            try disturb(scenario, .relaxed, .death(at: call)) { (db, _) throws in
                for name in ["a", "b"] {
                    try db[name].put([9], meta: ["again": true], timeout: .seconds(20))
                    #expect(try db[name].bytes() == [9] && db[name].meta == ["again": true])
                }
                _ = try db.recover(timeout: .seconds(20))
                #expect(try db["a"].bytes() == [9])
                #expect(try isSound(db, hasBothNames: scenario.rename != nil))
            }
        }
    }

    @Test(
        "Death before any call, then death during recovery, leaves the old or the new state",
        arguments: CommitScenario.all)
    func deathsInRecovery(_ scenario: CommitScenario) throws {
        let (old, new, between, calls) = try survey(scenario, .relaxed)
        var deaths = 0
        for call in (0..<calls).sampled {
            var next = 0
            var isDone = false
            while !isDone {
                try disturb(scenario, .relaxed, .death(at: call)) { (db, _) throws in
                    let second = Disturbance.death(at: next)
                    isDone =
                        (try? second.run { try db.recover(timeout: .seconds(20)).failures.isEmpty }) == true
                    let state = try DatabaseState(db)
                    #expect(
                        state == old || state == new || state == between,
                        "death at \(call), then at \(next): \(state)")
                    _ = try db.recover(timeout: .seconds(20))
                    let settled = try DatabaseState(db)
                    // Recovery may complete the first of a rename's two commits, of which nothing was visible.
                    #expect(settled == new || settled == state || (state == old && settled == between))
                    #expect(try isSound(db, hasBothNames: settled == between))
                }
                next += 1
            }
            deaths += next
        }
        print("deaths in recovery: \(scenario.testDescription): \(deaths)")
    }
}
