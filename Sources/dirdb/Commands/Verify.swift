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
            Prints a sentence for each finding: the path, the cause, the remedy. The status is 1 when there are findings. \
            Whole files of a kind that is not supported are named as notes, which are not findings. Headers and metadata \
            are read, data is not. Writers at work show as pending commits and temporary files.

            Lines of --json have kind, path, message, and its parts cause and remedy. The kind is one of damaged, unreadable, \
            pending, unsupported, or leftover-temporary, metadata-without-data, ambiguous-data, shared-file, lock-not-empty, foreign-file.

            With --checksums all data is read, on all cores, and compared with the checksums that were recorded with \
            it, see --provenance of dirdb put. Entries without a recorded checksum are listed too, but do not count as \
            findings. For entries that link to raw files, the raw files are checked for changes.

            EXAMPLES
              dirdb verify runs
              dirdb verify runs --checksums
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Flag(help: "Read all data and compare it with the checksums that were recorded.")
    var checksums = false

    @OptionGroup var json: JSONFlag

    func run() throws {
        let opened = try Database.open(database, .readOnly)
        var findings = try opened.verify()
        findings += Self.databaseMetadata(opened, besides: findings)
        var counts: [ChecksumCheck.Outcome: Int] = [:]
        var brokenLinkCount = 0
        try Output.write { output in
            for finding in findings {
                let note = finding.isProblem ? "" : "note: "
                try print(finding.kind.rawValue, finding.path, note, finding.error, &output)
            }
            if !checksums { return }
            let found = Set(findings.map(\.path))
            try opened.verifyChecksums { check in
                // Damaged metadata is a finding already.
                if check.outcome == .uncheckable && found.contains(check.path) { return }
                counts[check.outcome, default: 0] += 1
                if check.outcome == .matches { return }
                let error = DirDBError(
                    .damagedData, path: check.path, subject: check.path, check.cause, remedy: check.remedy)
                try print(check.outcome.rawValue, check.path, "", error, &output)
            }
            for entry in try opened.entries(recursive: true, order: .name) {
                do { try Simrun.requireUnchanged(entry) } catch let error as DirDBError {
                    // What is wrong with the entry itself is a finding already, unless it is gone.
                    if error.path == entry.path || found.contains(error.path) { continue }
                    brokenLinkCount += 1
                    try print("broken-link", entry.path, "", error, &output)
                }
            }
        }
        if checksums { Diagnostics.print("dirdb: checksums: \(Self.summary(counts))") }
        let problemCount = findings.count(where: \.isProblem)
        let count = problemCount + (counts[.differs] ?? 0) + (counts[.uncheckable] ?? 0) + brokenLinkCount
        switch count {
        case 0: Diagnostics.print("dirdb: no findings")
        case 1: Diagnostics.print("dirdb: 1 finding")
        default: Diagnostics.print("dirdb: \(count) findings")
        }
        if count > 0 { throw ExitCode.failure }
    }

    /// What is wrong with the metadata of the database itself, and of its sub-databases.
    private static func databaseMetadata(_ root: Database, besides known: [Finding]) -> [Finding] {
        let known = Set(known.map(\.path))
        var findings: [Finding] = []
        var databases = [root]
        while let database = databases.popLast() {
            // A directory that cannot be read is a finding already.
            databases += (try? database.subdatabases()) ?? []
            do throws(DirDBError) { _ = try database.id } catch {
                if error.code != .notFound && !known.contains(error.path) {
                    findings.append(Finding(error.path, error))
                }
            }
        }
        return findings
    }

    private func print(
        _ kind: String, _ path: String, _ note: String, _ error: DirDBError, _ output: inout Output
    ) throws {
        if json.isOn {
            try output.json([
                "kind": .string(kind), "path": .string(path), "message": .string(error.message),
                "cause": .string(error.cause), "remedy": .string(error.remedy),
            ])
        } else {
            try output.line("\(note)\(error)".escapingControls())
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
