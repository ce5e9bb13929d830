import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

private let synapseHeader =
    "# synapse type\tsynapse ID\tsoma distance\tsection ID\tsection pt ID\tdendrite label\ttimes\n"
private let cellHeader = "# presynaptic cell type\tcell ID\tspike times\n"

@Suite struct ActivationTests {
    @Test("Rows come by trial; rows with fewer times than the longest have nulls")
    func ragged() throws {
        let folder = try ActivationFolder()
        try folder.write(
            "a_1", runs: [3, 5],
            synapses: [
                5: synapseHeader + "L2\t7\t1.5\t3\t4\tBasal\t1.0,2.5,3e1,\n",
                3: synapseHeader + "L1\t1\t0.1\t2\t0\tApical Dendrite\t\nL1\t2\t0.2\t2\t1\tBasal\t-0.0,\n",
            ])
        try folder.write(
            "b_1", runs: [0], synapses: [0: synapseHeader + "L1\t-9\tnan\t2\t0\tsoma\tinf,nan,\n"])
        try folder.importAll()
        let table = try folder.table("synapse_activation")
        #expect(table.indexName == "sim_trial_index")
        #expect(
            table.columns.map(\.name) == [
                "sim_trial_index", "synapse_type", "synapse_ID", "soma_distance", "section_ID",
                "section_pt_ID",
                "dendrite_label", "0", "1", "2",
            ])
        #expect(table.texts("sim_trial_index") == ["a_1/000003", "a_1/000003", "a_1/000005", "b_1/000000"])
        #expect(table.texts("synapse_type") == ["L1", "L1", "L2", "L1"])
        #expect(table.texts("dendrite_label") == ["Apical Dendrite", "Basal", "Basal", "soma"])
        #expect(table.integers("synapse_ID") == [1, 2, 7, -9])
        #expect(table.integers("section_pt_ID") == [0, 1, 4, 0])
        #expect(Array(table.reals("soma_distance").dropLast()) == [0.1, 0.2, 1.5])
        #expect(table.reals("soma_distance").last??.isNaN == true)
        #expect(table.reals("0") == [nil, -0.0, 1, .infinity])
        #expect(table.reals("0")[1]?.sign == .minus)
        #expect(Array(table.reals("1").prefix(3)) == [nil, nil, 2.5])
        #expect(table.reals("1").last??.isNaN == true)
        #expect(table.reals("2") == [nil, nil, 30, nil])
        #expect(try folder.database().verify().isEmpty)
    }

    @Test(
        "Types that mean missing elsewhere stay texts",
        arguments: ["NA", "nan", "null", "None", "", "#N/A", "L4 ss, left", "Größe", "-1"])
    func types(type: String) throws {
        let folder = try ActivationFolder()
        try folder.write(
            "a_1", runs: [0], cells: [0: cellHeader + "\(type)\t1\t2.0,\n\(type)\t2\t3.0,\nother\t3\t\n"])
        try folder.importAll()
        let table = try folder.table("cell_activation")
        #expect(table.texts("presynaptic_cell_type") == [type, type, "other"])
        #expect(table.columns.map(\.name) == ["sim_trial_index", "presynaptic_cell_type", "cell_ID", "0"])
        #expect(try folder.database().verify().isEmpty)
    }

    @Test("Files with a header only, and runs without a file, have no rows; a last line may lack its end")
    func missing() throws {
        let folder = try ActivationFolder()
        try folder.write(
            "a_1", runs: [0, 1, 2],
            synapses: [0: synapseHeader, 1: String(synapseHeader.dropLast())],
            cells: [2: cellHeader + "L1\t1\t2.0,\nL1\t2\t"])
        try folder.importAll()
        let synapses = try folder.table("synapse_activation")
        #expect(synapses.rowCount == 0)
        #expect(synapses.columns.count == 7)
        let cells = try folder.table("cell_activation")
        #expect(cells.texts("sim_trial_index") == ["a_1/000002", "a_1/000002"])
        #expect(cells.reals("0") == [2, nil])
        #expect(try folder.database().verify().isEmpty)
    }

    @Test(
        "Blank lines at the end of a file are no rows",
        arguments: ["\n", "\n\n", "\r\n", "\r\n\n\r\n"])
    func blankEnd(ending: String) throws {
        let folder = try ActivationFolder()
        try folder.write(
            "a_1", runs: [0, 1], cells: [0: cellHeader + "L1\t1\t2.0,\n" + ending, 1: cellHeader + ending])
        #expect(
            try folder.importAll().warnings == ["no folder has files for synapse_activation: it has no rows"])
        #expect(try folder.table("cell_activation").reals("0") == [2])
    }

    @Test("Row groups with fewer columns of times than others get nulls for the rest, whichever comes first")
    func widening() throws {
        let folder = try ActivationFolder()
        // Each file is a row group of its own.
        func file(_ count: Int) -> String {
            let padding = String(repeating: "x", count: 5 << 20)
            let times = (0..<count).map { "\($0).5," }.joined()
            return cellHeader + "\(padding)\t\(count)\t\(times)\nL\t-1\t\n"
        }
        let counts = [2, 0, 4, 1, 4, 3]
        try folder.write(
            "a_1", runs: Array(counts.indices),
            cells: Dictionary(uniqueKeysWithValues: counts.enumerated().map { ($0, file($1)) }))
        try folder.importAll()
        let table = try folder.table("cell_activation")
        #expect(table.integers("cell_ID") == counts.flatMap { [Int64($0), -1] })
        for number in 0..<4 {
            let expected = counts.flatMap { [number < $0 ? Double(number) + 0.5 : nil, nil] }
            #expect(table.reals("\(number)") == expected)
        }
        #expect(table.columns.count == 7)
        #expect(try folder.database().verify().isEmpty)
    }

    @Test("Lines may end as in DOS")
    func carriageReturns() throws {
        let folder = try ActivationFolder()
        let text = (cellHeader + "L1\t1\t2.0,3.0,\nL1\t2\t\nL1\t3\t4.0,\n").replacing("\n", with: "\r\n")
        try folder.write("a_1", runs: [0], cells: [0: text])
        try folder.importAll()
        let cells = try folder.table("cell_activation")
        #expect(cells.reals("0") == [2, nil, 4])
        #expect(cells.reals("1") == [3, nil, nil])
    }

    @Test("Integers of a large range, and many of a small one, are kept")
    func integers() throws {
        let folder = try ActivationFolder()
        let ids: [Int64] = [.min, .max, 0, -1] + (0..<5000).map { ($0 * 7919) % 1000 }
        let small = (0..<5000).map { Int64($0 * 31 % 977 - 400) }
        func file(_ ids: [Int64]) -> String { cellHeader + ids.map { "L\t\($0)\t\($0).25,\n" }.joined() }
        try folder.write("a_1", runs: [0, 1], cells: [0: file(ids), 1: file(small)])
        try folder.write("b_1", runs: [0], cells: [0: file(small)])
        try folder.importAll()
        #expect(try folder.table("cell_activation").integers("cell_ID") == ids + small + small)
        #expect(try folder.database().verify().isEmpty)
    }

    @Test(
        "A malformed line is an error that names file and line, and nothing is stored",
        arguments: [
            ("L1\t1\n", 2), ("L1\t1\t2.0\n", 2), ("L1\t1\t2.0,\nL1\tx\t2.0,\n", 3), ("L1\t1\t2.0,,\n", 2),
            ("L1\t9223372036854775808\t\n", 2), ("L1\t1.0\t\n", 2), ("L1\t1\t2.0,\n\nL1\t1\t\n", 3),
            ("L1", 2),
            ("L1\t1\t2.0,x,\n", 2), ("L1\t1\t2.0,\t\n", 2), ("L1\t1\t2.0, 3.0,\n", 2),
            ("L1\t1\t1.0,\r\r\n", 2),
        ])
    func malformed(text: String, line: Int) throws {
        let folder = try ActivationFolder()
        try folder.write("a_1", runs: [0], cells: [0: cellHeader + text])
        let error = #expect(throws: DirDBError.self) { try folder.importAll() }
        #expect(error?.code == .damagedData)
        let path = "\(folder.raw)/a_1/simulation_run0000_presynaptic_cells.csv"
        #expect(error?.message.hasPrefix("line \(line) of \(path) is malformed: expected ") == true)
        #expect(try !folder.database()["cell_activation"].exists)
        #expect(try folder.database().verify().isEmpty)
    }

    @Test("Texts that are not UTF-8 are an error that names file and line; an empty file is one too")
    func notText() throws {
        let folder = try ActivationFolder()
        try folder.write("a_1", runs: [0])
        try folder.directory.write(
            Data(Array((synapseHeader + "a\t1\t0\t0\t0\tb\t\na\t1\t0\t0\t0\t").utf8) + [0xFF, 0x09, 0x0A]),
            to: "raw/a_1/simulation_run0000_synapses.csv")
        let error = #expect(throws: DirDBError.self) { try folder.importAll() }
        #expect(error?.message.contains("line 3 of ") == true)
        #expect(error?.message.contains("UTF-8") == true)
        try folder.write("a_1", runs: [0], synapses: [0: ""])
        let empty = #expect(throws: DirDBError.self) { try folder.importAll() }
        #expect(empty?.message.contains("line 1 of ") == true)
    }

    @Test("Importing again does nothing while the files are the same")
    func unchanged() throws {
        let folder = try ActivationFolder()
        try folder.write("a_1", runs: [0], cells: [0: cellHeader + "L\t1\t2.0,\n"])
        try folder.importAll()
        #expect(try folder.importAll().unchanged.contains("cell_activation"))
        try folder.write("a_1", runs: [0], cells: [0: cellHeader + "L\t1\t2.0,3.0,\n"])
        #expect(try folder.importAll().imported.contains("cell_activation"))
        #expect(try folder.table("cell_activation").reals("1") == [3])
    }
}
