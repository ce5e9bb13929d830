import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("All traces of an import have the same times, in files of any size")
struct TimeAxisTests {
    static let file = "b/2_vm_all_traces.csv"

    /// Two folders whose files are so large that only their ends are looked at before they are read.
    private func tree() throws -> GeneratedTree {
        try GeneratedTree(
            [
                .init(path: "a", id: "1", runs: [0, 1, 2]), .init(path: "b", id: "2", runs: [0, 1, 2]),
            ], times: GeneratedTree.times(2_000))
    }

    private static func change(_ tree: GeneratedTree, _ lines: (inout [String]) -> Void) throws {
        var text = try tree.directory.text("raw/\(file)").split(separator: "\n").map(String.init)
        lines(&text)
        try tree.write(text.map { "\($0)\n" }.joined(), to: file)
    }

    @Test(
        "Other times at the start, at the end or in number are refused before anything is written",
        arguments: [
            (2, "102.5", "time point 1 is at 100.025 and at 102.5 ms"),
            (2_000, "149.976", "time point 1999 is at 149.975 and at 149.976 ms"),
            (2_000, "", "they have 2000 and 1999 time points"),
        ])
    func ends(_ line: Int, _ time: String, _ message: String) throws {
        let tree = try tree()
        try Self.change(tree) { lines in
            let voltages = lines[line].drop { $0 != "\t" }
            lines.replaceSubrange(
                line...line, with: time.isEmpty ? [] : [time + voltages])
        }
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
    }

    @Test("Another time amid a file is refused: by a plan or a link at once, else when it is read")
    func middle() throws {
        let tree = try tree()
        try Self.change(tree) { $0[1_000] = "124.976" + $0[1_000].drop { $0 != "\t" } }
        var linking = SimrunOptions.traces
        linking.link = true
        let attempts: [() throws -> Void] = [
            { _ = try Simrun.plan(tree.root, into: tree.databasePath, options: .traces) },
            { try Simrun.import(tree.root, into: tree.databasePath, options: linking) },
            { try Simrun.import(tree.root, into: tree.databasePath, options: .traces) },
        ]
        for attempt in attempts {
            #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
            let error = #expect(throws: DirDBError.self) { try attempt() }
            #expect(error?.code == .invalidArgument)
            for part in [
                "/a/1_vm_all_traces.csv and ", "/\(Self.file) have different",
                "time point 999 is at 124.975 and at 124.976",
            ] {
                #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
            }
        }
        let database = try Database(tree.databasePath)
        #expect(try database["sim_trial_index"].exists && !database["voltage_traces"].exists)
        #expect(try database.verify().isEmpty)
    }

    @Test("Another time amid a file removes nothing of an earlier import")
    func again() throws {
        let tree = try tree()
        try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        let database = try Database(tree.databasePath)
        let before = try database["voltage_traces"].bytes()
        try Self.change(tree) { $0[1_000] = "124.976" + $0[1_000].drop { $0 != "\t" } }
        #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        }
        #expect(try database["voltage_traces"].bytes() == before && database["spike_times"].exists)
    }

    @Test("Lines may begin with white space, in all files")
    func indented() throws {
        let tree = try tree()
        try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        for file in ["a/1_vm_all_traces.csv", Self.file] {
            let text = try tree.directory.text("raw/\(file)")
            try tree.write(text.replacing("\n1", with: "\n 1"), to: file)
        }
        let other = try Database(tree.directory.path(of: "other"))
        try Simrun.import(tree.root, into: other, options: .traces)
        #expect(try other["voltage_traces"].bytes() == Database(tree.databasePath)["voltage_traces"].bytes())
    }

    @Test(
        "Times and lines that are written otherwise are the same",
        arguments: [
            ("\n", "\r\n"), ("\n", "\n\n"), ("\n", "\n "), ("\t", "  "), ("\n1", "\n+1"),
            ("\n1", "\n000000000000000001"),
        ])
    func otherwise(_ usual: String, _ other: String) throws {
        let tree = try tree()
        try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        let text = try tree.directory.text("raw/\(Self.file)")
        let header = text.prefix { $0 != "\n" }
        let lines = text.dropFirst(header.count).replacing(usual, with: other)
        try tree.write("\(header)\(lines)", to: Self.file)
        let (first, second) = (
            try Database(tree.databasePath), try Database(tree.directory.path(of: "other"))
        )
        try Simrun.import(tree.root, into: second, options: .traces)
        let expected = try first["voltage_traces"].get(NDArray<Double>.self)
        let found = try second["voltage_traces"].get(NDArray<Double>.self)
        #expect(found.shape == [6, 2_000])
        #expect(isSame(found.elements, expected.elements))
        #expect(
            try second["spike_times"].get(Table.self).ragged()
                == first["spike_times"].get(Table.self).ragged())
        #expect(try second.verify().isEmpty)
    }
}
