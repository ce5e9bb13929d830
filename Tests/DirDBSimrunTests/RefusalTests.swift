import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// Each refusal, with its sentence; and nothing is written, not even the directory of the database.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (GeneratedTree) throws -> Void
        let code: DirDBError.Code
        let parts: [String]
    }

    static let cases = [
        Case(
            testDescription: "two trace files in one folder",
            change: { try $0.write("t\tVm run 00\n0\t1\n", to: "a/2_vm_all_traces.csv") },
            code: .invalidArgument,
            parts: ["/raw/a has two files", "1_vm_all_traces.csv and 2_vm_all_traces.csv", "twice"]),
        Case(
            testDescription: "a csv and an npz file in one folder",
            change: { try $0.write("", to: "a/1_vm_all_traces.npz") }, code: .invalidArgument,
            parts: ["1_vm_all_traces.csv and 1_vm_all_traces.npz"]),
        Case(
            testDescription: "more runs than traces",
            change: { try $0.write("", to: "b/simulation_run0009_synapses.csv") }, code: .invalidArgument,
            parts: ["/raw/b has activation files of 3 runs", "2_vm_all_traces.csv has 2 traces"]),
        Case(
            testDescription: "two files of one run",
            change: { try $0.write("", to: "b/simulation_run1_synapses.csv") }, code: .invalidArgument,
            parts: ["two files of run 1", "simulation_run0001_synapses.csv and simulation_run1_synapses.csv"]),
        Case(
            testDescription: "another time",
            change: { tree in
                let text = try tree.directory.text("raw/b/2_vm_all_traces.csv")
                try tree.write(text.replacing("\n100.05\t", with: "\n100.06\t"), to: "b/2_vm_all_traces.csv")
            }, code: .invalidArgument,
            parts: [
                "/a/1_vm_all_traces.csv and ", "/b/2_vm_all_traces.csv have different",
                "point 2 is at 100.05",
            ]),
        Case(
            testDescription: "fewer times at a dendrite",
            change: { tree in
                let lines = try tree.directory.text("raw/b/2_vm_all_traces.csv").split(separator: "\n")
                let text = lines.dropLast().joined(separator: "\n") + "\n"
                try tree.write(text, to: "b/2_x_ID_000_vm_dend_traces.csv")
            }, code: .invalidArgument,
            parts: [
                "/a/1_vm_all_traces.csv and ", "2_x_ID_000_vm_dend_traces.csv have", "10 and 9 time points",
            ]),
        Case(
            testDescription: "more times",
            change: { tree in
                let text = try tree.directory.text("raw/b/2_vm_all_traces.csv")
                try tree.write(text + "200\t1\t2\n", to: "b/2_vm_all_traces.csv")
            }, code: .invalidArgument, parts: ["the first has 10 time points, the second more"]),
        Case(
            testDescription: "fewer traces at a dendrite",
            change: { try $0.write("t\tVm run 00\n0\t1\n", to: "b/2_x_ID_000_vm_dend_traces.csv") },
            code: .damagedData, parts: ["2_x_ID_000_vm_dend_traces.csv has 1 traces", "2 runs"]),
        Case(
            testDescription: "no header", change: { try $0.write("1\t2\n", to: "a/1_vm_all_traces.csv") },
            code: .damagedData, parts: ["line 1 of ", "a/1_vm_all_traces.csv", "expected the header"]),
        Case(
            testDescription: "an empty trace file", change: { try $0.write("", to: "a/1_vm_all_traces.csv") },
            code: .damagedData, parts: ["line 1 of ", "a header"]),
        Case(
            testDescription: "a header alone",
            change: { try $0.write("t\tVm run 00\tVm run 01\n", to: "a/1_vm_all_traces.csv") },
            code: .damagedData, parts: ["it has no time point"]),
        Case(
            testDescription: "a time that is no number",
            change: { tree in
                let text = try tree.directory.text("raw/a/1_vm_all_traces.csv")
                try tree.write(text.replacing("\n100.05\t", with: "\nx100\t"), to: "a/1_vm_all_traces.csv")
            }, code: .damagedData, parts: ["line 4 of ", "expected a number, but there is x100"]),
        Case(
            testDescription: "an archive that is none",
            change: { tree in
                try FileManager.default.removeItem(atPath: "\(tree.root)/a/1_vm_all_traces.csv")
                try tree.write("PK", to: "a/1_vm_all_traces.npz")
            }, code: .damagedData, parts: ["1_vm_all_traces.npz"]),
        Case(
            testDescription: "no results at all",
            change: { tree in
                try FileManager.default.removeItem(atPath: tree.root)
                try tree.write("t", to: "a_running/1_vm_all_traces.csv")
            }, code: .notFound, parts: ["holds no simrun results (1 things were skipped)"]),
        Case(
            testDescription: "no folder", change: { try FileManager.default.removeItem(atPath: $0.root) },
            code: .notFound, parts: ["there is no folder"]),
    ]

    private func tree() throws -> GeneratedTree {
        try GeneratedTree(
            [
                .init(path: "a", id: "1", runs: [0, 1], withParameters: true),
                .init(path: "b", id: "2", runs: [1, 4], withParameters: true),
            ], times: GeneratedTree.times(10))
    }

    @Test("What contradicts itself is refused with a sentence, before anything is written", arguments: cases)
    func refusal(_ item: Case) throws {
        let tree = try tree()
        try item.change(tree)
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        }
        #expect(error?.code == item.code)
        for part in item.parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
        #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
    }

    @Test("A missing parameter file is refused, unless parameter files are not wanted")
    func parameters() throws {
        let tree = try tree()
        try FileManager.default.removeItem(atPath: "\(tree.root)/a/1_network_model.param")
        let error = #expect(throws: DirDBError.self) { try Simrun.import(tree.root, into: tree.databasePath) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/raw/a has no parameter file 1_network_model.param") == true)
        #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
        try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        #expect(try Database(tree.databasePath).verify().isEmpty)
    }

    @Test(
        "A malformed line of voltages is told with its number; finished entries stay, that of the traces is absent",
        arguments: [
            ("\t1.0\n", "3 numbers, as the header has names, but there is 2"),
            ("\t1.0\t2.0\t3.0\n", "but there is more"), ("\t1.0\tx7\n", "expected a number, but there is x7"),
            ("\t1.0\t2.0.0\n", "but there is 2.0.0"), ("\t1.0\t--1\n", "--1"), ("\t0x10\t1\n", "0x10"),
        ])
    func lines(_ line: String, _ expected: String) throws {
        let tree = try tree()
        var lines = try tree.directory.text("raw/b/2_vm_all_traces.csv").split(separator: "\n").map {
            "\($0)\n"
        }
        lines[5] = "100.1" + line
        try tree.write(lines.joined(), to: "b/2_vm_all_traces.csv")
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        }
        #expect(error?.message.contains("line 6 of \(tree.root)/b/2_vm_all_traces.csv") == true)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        let database = try Database(tree.databasePath)
        #expect(try database["sim_trial_index"].exists && !database["voltage_traces"].exists)
        #expect(try database.verify().isEmpty)
    }

    @Test("Every truncation and thousands of mutations of a trace file end in an error or an import")
    func mutations() throws {
        let tree = try GeneratedTree(
            [.init(path: "a", id: "1", runs: [], traceCount: 2)], times: GeneratedTree.times(4))
        let file = "raw/a/1_vm_all_traces.csv"
        let original = Array(try tree.directory.text(file).utf8)
        let database = try Database(tree.databasePath, durability: .relaxed)
        var random = SplitMix64(state: 11)
        var variants = (0..<original.count).map { Array(original[..<$0]) }
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0...random.next() % 3 {
                let place = Int(random.next() % UInt64(bytes.count))
                let choices = Array("\t\n\r .-+e0123456789nait\0\u{ff}".utf8)
                bytes[place] = choices[Int(random.next() % UInt64(choices.count))]
            }
            variants.append(bytes)
        }
        var outcomes = (imported: 0, refused: 0)
        for bytes in variants {
            try tree.directory.write(Data(bytes), to: file)
            do {
                try Simrun.import(tree.root, into: database, options: .traces)
                outcomes.imported += 1
            } catch is DirDBError {
                outcomes.refused += 1
            }
        }
        #expect(outcomes.imported > 100 && outcomes.refused > 100)
        #expect(try database.verify().isEmpty)
    }
}
