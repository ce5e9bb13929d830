import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow

/// The command `dirdb verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for damage and leftovers; change nothing.",
        usage: "dirdb verify DB [--checksums] [--json]",
        discussion: """
            Prints a line for each finding: the path, the cause, the remedy. The status is 1 when there is any. \
            Headers and metadata are read, data is not. Writers at work show as unfinished commits and temporary \
            files. Lines of --json have kind, path, cause and remedy.

            With --checksums all data is read, on all cores, and compared with the checksums that were recorded with \
            it, see --provenance of dirdb put. Entries without a recorded checksum are listed too, but do not count as \
            findings. Of entries that link to raw files it is found out whether these are there as they were.

            EXAMPLES
              dirdb verify runs
              dirdb verify runs --checksums
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"))
    var database: String

    @Flag(help: "Read all data and compare it with the checksums that were recorded.")
    var checksums = false

    @OptionGroup var json: JSONFlag

    func run() throws {
        let opened = try Database.open(database, .readOnly)
        var findings = try opened.verify()
        findings += Self.damagedDatabaseMetadata(opened, besides: findings)
        var counts: [ChecksumCheck.Outcome: Int] = [:]
        var brokenLinkCount = 0
        try Output.write { output in
            for finding in findings {
                try print(finding.kind.rawValue, finding.path, finding.cause, finding.remedy, &output)
            }
            if !checksums { return }
            let found = Set(findings.map(\.path))
            try opened.verifyChecksums { check in
                // Damaged metadata is a finding already.
                if check.outcome == .uncheckable && found.contains(check.path) { return }
                counts[check.outcome, default: 0] += 1
                if check.outcome == .matches { return }
                try print(check.outcome.rawValue, check.path, check.cause, check.remedy, &output)
            }
            for entry in try opened.entries(recursive: true, order: .name) {
                do { try Simrun.requireUnchanged(entry) } catch let error as DirDBError {
                    // What is wrong with the entry itself is a finding already, unless it is gone.
                    if error.path == entry.path || found.contains(error.path) { continue }
                    brokenLinkCount += 1
                    let end = error.message.lastIndex(of: ";") ?? error.message.endIndex
                    try print(
                        "broken-link", entry.path, String(error.message[..<end]),
                        String(error.message[end...].dropFirst(2)), &output)
                }
            }
        }
        if checksums { Diagnostics.print("dirdb: checksums: \(Self.summary(counts))") }
        let count = findings.count + (counts[.differs] ?? 0) + (counts[.uncheckable] ?? 0) + brokenLinkCount
        switch count {
        case 0: Diagnostics.print("dirdb: no findings")
        case 1: Diagnostics.print("dirdb: 1 finding")
        default: Diagnostics.print("dirdb: \(count) findings")
        }
        if count > 0 { throw ExitCode.failure }
    }

    /// What is wrong with the metadata of the database itself, and of its sub-databases.
    private static func damagedDatabaseMetadata(_ root: Database, besides known: [Finding]) -> [Finding] {
        let known = Set(known.map(\.path))
        var findings: [Finding] = []
        var databases = [root]
        while let database = databases.popLast() {
            // A directory that cannot be read is a finding already.
            databases += (try? database.subdatabases()) ?? []
            do throws(DirDBError) { _ = try database.id } catch {
                if error.code != .notFound && !known.contains(error.path) {
                    findings.append(.damagedMetadata(error.path, error))
                }
            }
        }
        return findings
    }

    private func print(
        _ kind: String, _ path: String, _ cause: String, _ remedy: String, _ output: inout Output
    ) throws {
        if json.isOn {
            try output.json([
                "kind": .string(kind), "path": .string(path), "cause": .string(cause),
                "remedy": .string(remedy),
            ])
        } else {
            try output.line("\(path): \(cause); \(remedy)".escapingControls())
        }
    }

    /// Such as `12 match, 1 differ, 2 not recorded`.
    private static func summary(_ counts: [ChecksumCheck.Outcome: Int]) -> String {
        let words: [(ChecksumCheck.Outcome, String)] = [
            (.matches, "match"), (.differs, "differ"), (.notRecorded, "not recorded"),
            (.uncheckable, "unknown"),
        ]
        let parts = words.compactMap { outcome, word in counts[outcome].map { "\($0) \(word)" } }
        return parts.isEmpty ? "no entries" : parts.joined(separator: ", ")
    }
}
