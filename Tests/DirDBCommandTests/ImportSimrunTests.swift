import DirDB
import Foundation
import TestSupport
import Testing

@Suite struct ImportSimrunTests {
    /// Writes folders of results, each with three trials.
    private func writeResults(_ sandbox: Sandbox, folders: Int = 3, points: Int = 20) throws {
        for folder in 0..<folders {
            let lines = (0..<points).map { point in
                let values = (0..<3).map { "\(Double((point * 7 + $0 * 3 + folder) % 11) - 5)" }
                return (["\(Double(point) / 40)"] + values).joined(separator: "\t")
            }
            let name = "raw/20150815-1530_\(folder)/\(folder)"
            let text = "t\tVm run 00\tVm run 01\tVm run 02\n" + lines.map { "\($0)\n" }.joined()
            try sandbox.write(text, to: "\(name)_vm_all_traces.csv")
            try sandbox.write(text, to: "\(name)_apical_vm_dend_traces.csv")
        }
    }

    private static let names = [
        "dendritic_recordings", "dendritic_spike_times", "filelist", "metadata", "sim_trial_index",
        "simresult_path", "spike_times", "voltage_traces", "voltage_traces_t",
    ]

    @Test(
        "An import reports what it made and skipped; parts can be left out; the database is made only if it succeeds"
    )
    func importing() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            try sandbox.write("", to: "raw/x_running/1_vm_all_traces.csv")
            let arguments = ["import", "simrun", "raw", "db", "--no-parameters", "--no-synapse-activation"]
            let outcome = try sandbox.finish(arguments + ["--json"])
            #expect(outcome.status == 0)
            let report = try JSON(parsing: outcome.output)
            #expect(report["folders"] == 3 && report["trials"] == 9)
            #expect(report["imported"].asArray?.count == 9)
            #expect(report["skipped"][0]["path"] == "x_running")
            // No bar where there is no terminal.
            #expect(!outcome.error.contains("\u{1B}") && outcome.error.contains("voltage_traces"))
            let found = Set(try sandbox.names(in: "db").map { $0.split(separator: ".")[0] }.map(String.init))
            #expect(found == Set(Self.names))
            let again = try sandbox.finish(arguments)
            #expect(
                again.output == """
                    3 folders with 9 trials
                    imported: nothing
                    there already: 9 entries
                    skipped x_running: its name ends in _running: the job that writes it is not finished

                    """)
            let missing = try sandbox.finish(["import", "simrun", "nowhere", "other"])
            #expect(
                missing == .failure("there is no folder nowhere of simrun results; check the path"))
            #expect(!sandbox.exists("other"))
        }
    }

    @Test(
        "Where there is no terminal, lines tell how far it is: of one total, never less than before, at last all"
    )
    func progressLines() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let arguments = ["import", "simrun", "raw", "db", "--no-parameters"]
            let bytes = try sandbox.sizes(in: "raw")
            for isAgain in [false, true] {
                var lines = try sandbox.finish(arguments).error.split(separator: "\n").map(String.init)
                lines.removeAll { $0.hasPrefix("dirdb: warning") }
                let last = try #require(lines.last)
                lines.removeLast()
                // On a busy machine it takes longer, and from half a second on a rate is named.
                let end = /dirdb: finished (.*) in (\d+ min )?\d+ s(, [0-9.]+ [KM]?i?B\/s)?/
                #expect(try end.wholeMatch(in: last)?.1 == (isAgain ? "0 B" : "\(bytes)"), "\(last)")
                let progress = lines.map { $0.wholeMatch(of: /dirdb: (\d+) % of ([^,:]*).*/) }
                #expect(!progress.isEmpty && progress.allSatisfy { $0 != nil }, "\(lines)")
                let shares = progress.compactMap { $0.flatMap { Int($0.1) } }
                #expect(shares == shares.sorted() && (shares.last ?? 101) <= 100)
                #expect(Set(progress.compactMap { $0?.2 }) == ["\(bytes)"])
            }
        }
    }

    @Test("A terminal shows a bar, which gives way to a line that all is done")
    func progressBar() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let terminal = try PseudoTerminal(columns: 80)
            let command = "import simrun raw db --no-parameters --no-synapse-activation"
            let output = try terminal.run("cd '\(sandbox.path)' && exec $DIRDB \(command)")
            #expect(output.contains(/^\r\[\.{24}\] 0 % of [0-9.]+ KiB: time axes\x1B\[K/))
            let rest = try #require(output.split(separator: "\u{1B}[K").last)
            let end =
                /^dirdb: finished [0-9.]+ KiB in (\d+ min )?\d+ s(, [0-9.]+ [KM]?i?B\/s)?\n3 folders with 9 trials\n/
            #expect(rest.contains(end), "\(rest)")
            #expect(!rest.contains("\r"))
        }
    }

    @Test("A dry run tells what would be made and what is there already, and makes nothing")
    func dryRun() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let arguments = ["import", "simrun", "raw", "db", "--no-parameters", "--no-synapse-activation"]
            let planned = try sandbox.finish(arguments + ["--dry-run"])
            #expect(planned.output == "3 folders with 9 trials\nwould be imported: 9 entries\n")
            #expect(!sandbox.exists("db"))
            #expect(try sandbox.finish(arguments + ["--no-spike-times"]).status == 0)
            let before = try sandbox.names(in: "db")
            let json = try JSON(parsing: try sandbox.finish(arguments + ["--dry-run", "--json"]).output)
            #expect(json["imported"] == ["spike_times"] && json["unchanged"].asArray?.count == 8)
            #expect(try sandbox.names(in: "db") == before)
        }
    }

    @Test("Linked entries become independent by optimize, as a whole or by key")
    func linking() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let options = ["--no-parameters", "--no-synapse-activation"]
            #expect(try sandbox.finish(["import", "simrun", "raw", "db", "--link"] + options).status == 0)
            #expect(try sandbox.finish(["import", "simrun", "raw", "stored"] + options).status == 0)
            let one = try sandbox.finish(["optimize", "db", "spike_times", "filelist"])
            #expect(one.output == "spike_times\nfilelist: no link, unchanged\n" && one.status == 0)
            try FileManager.default.removeItem(
                atPath: sandbox.path(of: "raw/20150815-1530_1/1_apical_vm_dend_traces.csv"))
            let json = try sandbox.finish(["optimize", "db", "filelist", "--json"]).output
            #expect(json == #"{"name": "filelist", "rewritten": false}"# + "\n")
            let rest = try sandbox.finish(["optimize", "db"])
            #expect(rest.output == "voltage_traces\n" && rest.status == 1)
            #expect(rest.error.contains("1_apical_vm_dend_traces.csv is gone"))
            for file in ["spike_times.parquet", "voltage_traces.npy", "voltage_traces_t.npy"] {
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: sandbox.path(of: "db/\(file)")))
                        == Data(contentsOf: URL(fileURLWithPath: sandbox.path(of: "stored/\(file)"))))
            }
        }
    }

    @Test(
        "Checksums are recorded of what is imported, linked and made independent, and of the new data alone")
    func provenance() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let command = [
                "import", "simrun", "raw", "db", "--no-parameters", "--no-synapse-activation", "--link",
            ]
            #expect(try sandbox.finish(command + ["--provenance"]).status == 0)
            func summary() throws -> String {
                let outcome = try sandbox.finish(["verify", "db", "--checksums"])
                #expect(outcome.status == 0)
                return outcome.error
            }
            #expect(try summary() == "dirdb: checksums: 9 match\ndirdb: no findings\n")
            #expect(try sandbox.finish(["optimize", "db", "voltage_traces"]).status == 0)
            #expect(try summary() == "dirdb: checksums: 8 match, 1 not recorded\ndirdb: no findings\n")
            #expect(try sandbox.finish(["db-meta", "db", "--set", "provenance=true"]).status == 0)
            #expect(try sandbox.finish(["optimize", "db"]).status == 0)
            #expect(try summary() == "dirdb: checksums: 8 match, 1 not recorded\ndirdb: no findings\n")
            #expect(try sandbox.dirdb("get", "db", "spike_times", "-o", "s.parquet").status == 0)
        }
    }

    @Test(
        "Linked entries are written as npy or tables, never as the link; a negative threshold may follow a space"
    )
    func gettingLinks() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox)
            let options = ["--no-parameters", "--no-synapse-activation", "--dendritic-threshold", "-35"]
            #expect(try sandbox.finish(["import", "simrun", "raw", "db", "--link"] + options).status == 0)
            #expect(try sandbox.finish(["import", "simrun", "raw", "stored"] + options).status == 0)
            for (key, file) in [("voltage_traces", "v.npy"), ("spike_times", "s.parquet")] {
                #expect(try sandbox.finish(["get", "db", key, "-o", file]).status == 0)
                #expect(try sandbox.finish(["get", "stored", key, "-o", "stored-\(file)"]).status == 0)
                let paths = [file, "stored-\(file)"].map { URL(fileURLWithPath: sandbox.path(of: $0)) }
                #expect(try Data(contentsOf: paths[0]) == Data(contentsOf: paths[1]))
            }
            let refused = try sandbox.finish(["get", "db", "voltage_traces", "-o", "v.dat"])
            #expect(refused.status == 1 && refused.error.contains("dirdb optimize"))
            try FileManager.default.removeItem(atPath: sandbox.path(of: "raw"))
            let gone = try sandbox.finish(["get", "db", "voltage_traces", "-o", "w.npy"])
            #expect(gone.status == 1 && !sandbox.exists("w.npy"))
        }
    }

    @Test("An import that is killed or interrupted at any moment, and done again, equals one that was not")
    func killing() throws {
        try Sandbox.run { sandbox in
            try writeResults(sandbox, folders: 60, points: 300)
            let arguments = ["import", "simrun", "raw", "db", "--no-parameters", "--no-synapse-activation"]
            var undisturbed = arguments
            undisturbed[3] = "undisturbed"
            #expect(try sandbox.finish(undisturbed).status == 0)
            var random = SplitMix64(state: 3)
            var ended = 0
            for round in 0..<24 {
                let process = try sandbox.start(arguments)
                usleep(UInt32(random.next() % 120_000))
                kill(process.processIdentifier, round % 3 == 0 ? SIGINT : SIGKILL)
                let outcome = process.outcome()
                ended += outcome.status == 0 ? 0 : 1
                if round % 4 == 3 {
                    #expect(try sandbox.finish(arguments).status == 0)
                    #expect(try data(sandbox, "db") == data(sandbox, "undisturbed"))
                    try FileManager.default.removeItem(atPath: sandbox.path(of: "db"))
                }
            }
            #expect(ended > 0)
            #expect(try sandbox.finish(arguments).status == 0)
        }
    }

    private func data(_ sandbox: Sandbox, _ name: String) throws -> [String: [UInt8]] {
        let database = try Database(sandbox.path(of: name), .mustExist, dumpers: [])
        _ = try database.recover()
        return try DatabaseState(database).items.compactMapValues(\.bytes)
    }
}

extension Sandbox {
    /// The size of all files below a directory, as people read it.
    fileprivate func sizes(in name: String) throws -> String {
        let root = path(of: name)
        let sizes = try FileManager.default.subpathsOfDirectory(atPath: root).map { file in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(file)")
            return attributes[.type] as? FileAttributeType == .typeRegular
                ? attributes[.size] as? Int ?? 0 : 0
        }
        return String(format: "%.1f KiB", Double(sizes.reduce(0, +)) / 1024)
    }

    /// Runs `dirdb` to its end.
    fileprivate func finish(_ arguments: [String]) throws -> Outcome {
        let process = try launch(arguments)
        try process.closeInput()
        return process.outcome()
    }
}
