import DirDB
import Testing

@Suite struct DemoTests {
    @Test("The demo stores, analyses and checks its arrays, and leaves a sound database")
    func demo() throws {
        try Sandbox.run { sandbox in
            let outcome = try sandbox.dirdb("demo", "db", "--workers", "2", "--entries", "3", "--mib", "1")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            #expect(outcome.output.contains("2 workers stored 6 arrays of 1 MiB in "))
            let lines = try sandbox.dirdb("ls", "db", "--json").output.split(separator: "\n")
            let entries = try lines.map { try JSON(parsing: String($0)) }
            #expect(entries.count == 6)
            for entry in entries {
                #expect(entry.shape == [128, 1024])
                let mean = try #require(entry.meta.stats.mean.asDouble)
                let (center, spread) = (entry.meta.center.asDouble ?? 0, entry.meta.spread.asDouble ?? 0)
                // The mean of 131,072 uniform numbers is within 0.02 of the centre, in units of their spread.
                #expect(abs(mean - center) < 0.02 * spread)
            }
            let again = try sandbox.dirdb("demo", "db")
            #expect(again == .failure("db holds entries already; name another folder, or none"))
        }
    }
}
