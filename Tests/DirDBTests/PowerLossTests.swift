import DirDB
import DirDBWorkflow
import Glibc
import TestSupport
import Testing

/// Power loss at any point of any operation, on models of file systems that keep the order of names and that do not.
@Suite struct PowerLossTests {
    /// What may be found after a crash of one operation.
    private struct Survey {
        let old: DatabaseState
        let new: DatabaseState
        let between: DatabaseState?
        let trace: DiskTrace
    }

    private func survey(_ scenario: CommitScenario, skippedSync: Int? = nil) throws -> Survey {
        let directory = try TemporaryDirectory()
        let db = try prepared(scenario, at: directory.path)
        let old = try DatabaseState(db)
        let trace = try DiskTrace(directory.path, skippedSync: skippedSync) { try scenario.change(db) }
        return Survey(
            old: old, new: try DatabaseState(db),
            between: scenario.rename.map { old.linking($0.from, to: $0.to) }, trace: trace)
    }

    /// Runs `body` as on a file system that keeps this order of names.
    private func on<Result>(_ order: NameOrder, _ body: () throws -> Result) rethrows -> Result {
        order == .kept ? try body() : try failing(.statfs, ENOSYS, body)
    }

    private func prepared(_ scenario: CommitScenario, at path: String) throws -> Database {
        let db = try Database(path, dumpers: [])
        try db["bystander"].put([7, 7, 7], meta: ["kept": true])
        try scenario.prepare(db)
        return db
    }

    /// Why the state of a disk after a crash is not allowed; nil when it is.
    private func objection(_ state: CrashState, _ survey: Survey) throws -> String? {
        try withDatabase(state.image) { db in
            _ = try db.recover()
            let found = try DatabaseState(db)
            if state.isComplete && found != survey.new { return "reported done, but found \(found)" }
            if found != survey.old && found != survey.new && found != survey.between {
                return "neither old nor new: \(found)"
            }
            // In between, the two names of a rename are one file.
            let findings = try db.verify().filter { $0.kind != .sharedFile || found != survey.between }
            return findings.isEmpty ? nil : "\(findings)"
        }
    }

    private func hasRecord(_ image: DiskImage) -> Bool {
        image.names.keys.contains { $0.hasSuffix(".intent") }
    }

    private func withDatabase<Result>(_ image: DiskImage, _ body: (Database) throws -> Result) throws
        -> Result
    {
        let directory = try TemporaryDirectory()
        try image.build(at: directory.path)
        return try body(try Database(directory.path, .mustExist, dumpers: []))
    }

    @Test(
        "After power loss at any point there is the old or the new state, and the new once success was reported",
        arguments: CommitScenario.all, [NameOrder.kept, .lost])
    func powerLoss(_ scenario: CommitScenario, _ order: NameOrder) throws {
        try on(order) {
            let survey = try survey(scenario)
            let states = survey.trace.crashStates(order)
            for state in states.sampled {
                let objection = try objection(state, survey)
                #expect(objection == nil, "\(state.image.described.keys.sorted())")
            }
            print("power loss, order \(order): \(scenario.testDescription): \(states.count) states")
        }
    }

    @Test("What is enough where names keep their order is not where they do not")
    func orderNeeded() throws {
        var count = 0
        for scenario in CommitScenario.all {
            let survey = try survey(scenario)
            let isFound = try survey.trace.crashStates(.lost).contains { try objection($0, survey) != nil }
            if isFound { count += 1 }
        }
        print("power loss, order lost, synced as if it were kept: found in \(count) scenarios")
        #expect(count >= 8)
    }

    @Test(
        "So it is when the power goes again during recovery", arguments: CommitScenario.all,
        [NameOrder.kept, .lost])
    func powerLossInRecovery(_ scenario: CommitScenario, _ order: NameOrder) throws {
        try on(order) { try powerLossInRecovery(scenario, order, survey(scenario)) }
    }

    private func powerLossInRecovery(
        _ scenario: CommitScenario, _ order: NameOrder, _ survey: Survey
    ) throws {
        var states: Set<CrashState> = []
        for state in survey.trace.crashStates(order).filter({ hasRecord($0.image) }).sampled {
            try withDatabase(state.image) { db throws in
                let trace = try DiskTrace(db.path) { _ = try db.recover() }
                for next in trace.crashStates(order) {
                    // What was promised before the first crash is promised still.
                    states.insert(CrashState(image: next.image, isComplete: state.isComplete))
                }
            }
        }
        for state in states.sampled {
            let objection = try objection(state, survey)
            #expect(objection == nil, "\(state.image.described.keys.sorted())")
        }
        print("power loss in recovery, order \(order): \(scenario.testDescription): \(states.count) states")
    }

    @Test(
        "So it is when a process dies before any call, another one recovers, and then the power goes",
        arguments: CommitScenario.all)
    func powerLossAfterDeath(_ scenario: CommitScenario) throws {
        let survey = try survey(scenario)
        // By names and contents: each round has other file numbers.
        var states: [[String: [UInt8]?]: CrashState] = [:]
        var (call, isOver) = (0, false)
        while !isOver {
            let directory = try TemporaryDirectory()
            let db = try prepared(scenario, at: directory.path)
            let death = Disturbance.death(at: call)
            let trace = try DiskTrace(directory.path) {
                try? death.run { try scenario.change(db) }
                _ = try db.recover()
            }
            for state in trace.crashStates() {
                states[state.image.described] = CrashState(image: state.image, isComplete: false)
            }
            isOver = death.count <= call
            call += samplingShare
        }
        // They are very many; which are taken is another matter each time, as it is of a dictionary.
        let checked = states.values.enumerated().filter { $0.offset % 4 == 0 }.map(\.element).sampled
        for state in checked {
            let objection = try objection(state, survey)
            #expect(objection == nil, "\(state.image.described.keys.sorted())")
        }
        print(
            "power loss after a death: \(scenario.testDescription): \(checked.count) of \(states.count) states"
        )
    }

    @Test("Leaving out any one sync is found out", arguments: CommitScenario.all)
    func seededBugs(_ scenario: CommitScenario) throws {
        let syncs = try survey(scenario).trace.syncs
        try #require(syncs > 0)
        var unnoticed: [Int] = []
        for sync in 0..<syncs {
            let survey = try survey(scenario, skippedSync: sync)
            let isFound = survey.trace.crashStates().contains { state in
                // Damaged metadata is an error of its own.
                (try? objection(state, survey)) != .some(nil)
            }
            if !isFound { unnoticed.append(sync) }
        }
        #expect(unnoticed.count == scenario.syncsForOthers, "syncs \(unnoticed) of \(syncs)")
    }
}
