import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite struct ParameterFilesTests {
    @Test(
        "The MD5 is that of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ])
    func digest(_ text: String, _ expected: String) {
        #expect(md5(text) == expected)
    }

    @Test(
        "All files are copied, each path is replaced by its place in the database, and each trial has a row")
    func wholeImport() throws {
        let tree = try ParameterTree()
        let report = try tree.importAll()
        #expect(report.warnings.isEmpty)
        #expect(report.imported.count == 7)

        let syn = md5("# Synapses\n# corresponding to cell: cell.hoc\n\nA\t1\t0.5\n")
        let con = md5("# Connections\n# net.syn\n\nA\t0\t0\n")
        #expect(try tree.names("syn_folder") == [syn])
        #expect(try tree.names("con_folder") == [con])
        #expect(
            try tree.text("syn_folder", syn)
                == "# Synapses\n# reldb://morphology/cell.hoc\n\n\nA\t1\t0.5\n")
        #expect(
            try tree.text("con_folder", con) == "# Connections\n# reldb://syn_folder/\(syn)\n\n\nA\t0\t0\n")
        #expect(try tree.text("morphology", "cell") == "cell { }\n")
        #expect(try tree.database["morphology", "cell"].info().format == "hoc")
        #expect(try tree.text("recsites_folder", "sites") == "# sites\n1 2 3\n")

        let neuron = md5(try tree.directory.text("raw/1_a/1_neuron_model.param"))
        let network = md5(try tree.directory.text("raw/1_a/1_network_model.param"))
        #expect(
            try tree.text("parameterfiles_cell_folder", neuron) == """
                {
                    "neuron": {
                        "filename": "reldb://morphology/cell.hoc",
                        "e": -90
                    },
                    "sim": {
                        "recordingSites": [
                            "reldb://recsites_folder/sites.landmarkAscii"
                        ],
                        "dt": 0.025
                    }
                }
                """)
        #expect(
            try tree.text("parameterfiles_network_folder", network) == """
                {
                    "network": {
                        "A": {
                            "synapses": {
                                "distributionFile": "reldb://syn_folder/\(syn)",
                                "connectionFile": "reldb://con_folder/\(con)"
                            }
                        },
                        "B": {
                            "celltype": "spiketrain"
                        }
                    }
                }
                """)

        let table: Table = try tree.database["parameterfiles"].get()
        #expect(table.indexName == "sim_trial_index")
        #expect(
            table.columns.map(\.name)
                == ["sim_trial_index", "path_neuron", "path_network", "hash_neuron", "hash_network"])
        #expect(table["sim_trial_index"]?.texts == ["1_a/000000", "1_a/000001"])
        #expect(table["path_neuron"]?.texts == ["1_a/1_neuron_model.param", "1_a/1_neuron_model.param"])
        #expect(table["path_network"]?.texts == ["1_a/1_network_model.param", "1_a/1_network_model.param"])
        #expect(table["hash_neuron"]?.texts == [neuron, neuron])
        #expect(table["hash_network"]?.texts == [network, network])

        let meta = try tree.database["syn_folder", syn].meta
        #expect(meta["md5"] == .string(syn))
        #expect(meta["source_file"] == .string(tree.path("anatomy/net.syn")))
        #expect(meta["simrun"]["source"] == .string(tree.path("raw")))
        #expect(try tree.database.verify().isEmpty)
    }

    @Test(
        "Many folders with the same files give one entry for each content, and a second import writes nothing"
    )
    func sharedFiles() throws {
        let tree = try ParameterTree()
        try tree.addFolder("2_b")
        try tree.addFolder("sub/3_c")
        try tree.importAll()
        #expect(try tree.names("parameterfiles_cell_folder").count == 1)
        let table: Table = try tree.database["parameterfiles"].get()
        #expect(table["path_neuron"]?.texts.last == "sub/3_c/3_neuron_model.param")
        let again = try tree.importAll()
        #expect(again.imported.isEmpty)
        #expect(again.unchanged.count == 7)

        // Another morphology under the same name: the copy is made anew, and nothing that is named by its content.
        try tree.write("another cell { }\n", to: "anatomy/cell.hoc")
        #expect(try tree.importAll().imported == ["morphology/cell"])
        #expect(try tree.text("morphology", "cell") == "another cell { }\n")
        #expect(try tree.database.verify().isEmpty)
    }

    @Test(
        "CRLF becomes LF in synapse and connection files, a lone return stays, other copies keep their bytes")
    func lineEnds() throws {
        let tree = try ParameterTree()
        let body = String(repeating: "x\ry\r\n", count: 300_000)
        try tree.write("# 1\r\n# cell: cell.hoc\r\n\r\n\(body)\r", to: "anatomy/net.syn")
        try tree.write("a\r\nb\r\n", to: "anatomy/cell.hoc")
        try tree.importAll()
        let text = try tree.text("syn_folder", try tree.names("syn_folder")[0])
        let expected =
            "# 1\n# reldb://morphology/cell.hoc\n\n\n"
            + String(repeating: "x\ry\n", count: 300_000) + "\r"
        #expect(Array(text.utf8) == Array(expected.utf8))
        #expect(try tree.text("morphology", "cell") == "a\r\nb\r\n")
        #expect(try tree.database.verify().isEmpty)
    }

    static let synapseHeaders: [(line: String, second: String)] = [
        ("# corresponding to cell: cell.hoc", "cell.hoc"), ("# corresponding to cell: cell", "cell.hoc"),
        ("# cell.hoc", "cell.hoc"), ("#cell: /old/place/cell.hoc", "cell.hoc"), ("#", "cell.hoc"),
        ("# corresponding to cell: other one.hoc", "other one.hoc"), ("# other one", "other one.hoc"),
    ]

    @Test(
        "A synapse file belongs to the morphology that it names, by base name, with or without .hoc",
        arguments: synapseHeaders)
    func morphologyOfSynapses(_ line: String, _ name: String) throws {
        let tree = try ParameterTree()
        // With two morphologies for one file the name decides, where there is one.
        if name != "cell.hoc" {
            try tree.write("other { }\n", to: "anatomy/other one.hoc")
            try tree.addFolder("2_b", hoc: "[ROOT]/anatomy/other one.hoc")
        }
        try tree.write("# 1\n\(line)\n", to: "anatomy/net.syn")
        #expect(try tree.importAll().warnings.isEmpty)
        let text = try tree.text("syn_folder", try tree.names("syn_folder")[0])
        #expect(text == "# 1\n# reldb://morphology/\(name)\n\n")
        #expect(try tree.database.verify().isEmpty)
    }

    @Test(
        "A synapse file that names another morphology belongs to the only one that it is used with: a warning"
    )
    func otherMorphology() throws {
        let tree = try ParameterTree()
        try tree.write("# 1\n# cell: lost.hoc\n", to: "anatomy/net.syn")
        #expect(
            try tree.importAll().warnings == [
                "line 2 of \(tree.path("anatomy/net.syn")) names lost.hoc; cell.hoc was taken, with which the network"
                    + " uses it"
            ])
    }

    @Test(
        "A connection file belongs to the synapse file beside it, else to that of the name, else to its pair")
    func synapsesOfConnections() throws {
        let tree = try ParameterTree()
        let connections = "# C\n# best.syn\n"
        try tree.write(connections, to: "anatomy/net.con")
        func owner() throws -> String {
            let text = try tree.text("con_folder", md5(connections))
            return String(text.split(separator: "/").last?.prefix(32) ?? "")
        }
        let paired = md5("# Synapses\n# corresponding to cell: cell.hoc\n\nA\t1\t0.5\n")
        #expect(
            try tree.importAll().warnings == [
                "line 2 of \(tree.path("anatomy/net.con")) names best.syn, which does not exist;"
                    + " \(tree.path("anatomy/net.syn")) was taken, with which the network uses it"
            ])
        #expect(try owner() == paired)

        // One of the name, elsewhere.
        let named = "# named\n# cell.hoc\n"
        try tree.write(named, to: "elsewhere/best.syn")
        try tree.write("# D\n# best.syn\n", to: "elsewhere/other.con")
        try tree.addFolder("2_b", syn: "[ROOT]/elsewhere/best.syn", con: "[ROOT]/elsewhere/other.con")
        #expect(try tree.importAll().warnings.isEmpty)
        #expect(try owner() == md5(named))

        // One beside, which no network names: it comes along.
        let beside = "# beside\n# cell.hoc\n"
        try tree.write(beside, to: "anatomy/best.syn")
        #expect(try tree.importAll().warnings.isEmpty)
        #expect(try owner() == md5(beside))
        #expect(try tree.text("syn_folder", md5(beside)) == "# beside\n# reldb://morphology/cell.hoc\n\n")
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("Paths that are not absolute begin at the folder of the parameter file")
    func relativePaths() throws {
        let tree = try ParameterTree()
        try tree.addFolder(
            "1_a", hoc: "../../anatomy/cell.hoc", sites: nil, syn: "../../anatomy/net.syn",
            con: "../../anatomy/net.con")
        try tree.importAll()
        #expect(try tree.names("morphology") == ["cell"])
        #expect(try !tree.database["recsites_folder", "sites"].exists)
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("Files that are symbolic links are copied under the name of the link")
    func links() throws {
        let tree = try ParameterTree()
        try FileManager.default.moveItem(
            atPath: tree.path("anatomy/cell.hoc"), toPath: tree.path("anatomy/original"))
        try FileManager.default.createSymbolicLink(
            atPath: tree.path("anatomy/cell.hoc"), withDestinationPath: "original")
        try tree.importAll()
        #expect(try tree.text("morphology", "cell") == "cell { }\n")
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("Where it is allowed, a folder without parameter files has rows without values")
    func missingFiles() throws {
        let tree = try ParameterTree()
        try tree.addFolder("2_b")
        try tree.remove("raw/2_b/2_network_model.param")
        tree.allowsMissing = true
        try tree.importAll()
        let table: Table = try tree.database["parameterfiles"].get()
        #expect(table["hash_network"]?.texts.map { $0 == nil } == [false, false, true, true])
        #expect(table.columns[1].texts.allSatisfy { $0 != nil })
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("Where it is allowed, the neuron's file may be missing beside that of the network")
    func missingNeuron() throws {
        let tree = try ParameterTree()
        try tree.remove("raw/1_a/1_neuron_model.param")
        #expect(throws: DirDBError.self) { try tree.importAll() }
        tree.allowsMissing = true
        let report = try tree.importAll()
        #expect(report.warnings.contains { $0.contains("belongs to the morphology cell.hoc") })
        #expect(
            try tree.text("syn_folder", tree.names("syn_folder")[0]).contains(
                "# reldb://morphology/cell.hoc\n"))
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("A file that is changed between the two passes is noticed, and its entry is not written")
    func changedMeanwhile() throws {
        let tree = try ParameterTree()
        let plan = try tree.plan()
        try tree.write("# Synapses\n# cell.hoc\n", to: "anatomy/net.syn")
        let results = try SimrunTree(scanning: tree.path("raw"))
        let error = #expect(throws: DirDBError.self) {
            try ImportPlan(results, SimrunOptions(), ParameterFiles.steps(plan, results)).carryOut(
                in: try tree.database, ImportLog(nil))
        }
        #expect(
            error?.message == "\(tree.path("anatomy/net.syn")) was changed during the import; do it again")
        #expect(try tree.database["syn_folder", plan.anatomies[1].digest].exists == false)
        #expect(try tree.database.verify().isEmpty)
    }
}
