import DirDB
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite struct ParameterRefusalTests {
    /// A tree that is not as it should be, and the sentence that tells so; [ROOT] is the folder of everything.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let code: DirDBError.Code
        let sentence: String
        let spoil: @Sendable (ParameterTree) throws -> Void

        init(
            _ rule: String, _ code: DirDBError.Code, _ sentence: String,
            _ spoil: @escaping @Sendable (ParameterTree) throws -> Void
        ) {
            self.rule = rule
            self.code = code
            self.sentence = sentence
            self.spoil = spoil
        }

        var testDescription: String { rule }
    }

    private static let without = "or import without the parameter files (--no-parameters)"
    private static let neuron = "[ROOT]/raw/1_a/1_neuron_model.param"
    private static let network = "[ROOT]/raw/1_a/1_network_model.param"

    static let missing: [Case] = [
        Case(
            "no neuron file", .notFound,
            "[ROOT]/raw/1_a has no parameter file 1_neuron_model.param; put it there, \(without)"
        ) { try $0.remove("raw/1_a/1_neuron_model.param") },
        Case(
            "no network file", .notFound,
            "[ROOT]/raw/1_a has no parameter file 1_network_model.param; put it there, \(without)"
        ) { try $0.remove("raw/1_a/1_network_model.param") },
        Case(
            "no morphology", .notFound,
            "\(neuron) names [ROOT]/anatomy/cell.hoc as neuron.filename, but there is no such file; put it there or"
                + " correct the path, \(without)"
        ) { try $0.remove("anatomy/cell.hoc") },
        Case(
            "no recording sites", .notFound,
            "\(neuron) names [ROOT]/anatomy/sites.landmarkAscii as sim.recordingSites[0], but there is no such file;"
                + " put it there or correct the path, \(without)"
        ) { try $0.remove("anatomy/sites.landmarkAscii") },
        Case(
            "no synapses", .notFound,
            "\(network) names [ROOT]/anatomy/net.syn as network.A.synapses.distributionFile, but there is no such file;"
                + " put it there or correct the path, \(without)"
        ) { try $0.remove("anatomy/net.syn") },
        Case(
            "a NUL in a path", .notFound,
            "\(neuron) names /a\u{0}b as neuron.filename, but there is no such file; put it there or correct the path,"
                + " \(without)"
        ) { try $0.addFolder("1_a", hoc: "/a\\x00b") },
        Case(
            "a folder in the place of a file", .notRegular,
            "[ROOT]/anatomy is not a regular file; put the file itself there, \(without)"
        ) { try $0.addFolder("1_a", hoc: "[ROOT]/anatomy") },
    ]

    static let malformed: [Case] = [
        Case(
            "no parameters", .damagedData,
            "\(neuron) cannot be read: line 2, column 1: found \"x\" where a comma or } was expected; correct the file,"
                + " \(without)"
        ) { try $0.write("{'neuron': {}\nx", to: "raw/1_a/1_neuron_model.param") },
        Case(
            "no neuron.filename", .damagedData,
            "\(neuron) has no neuron.filename that is the path of the morphology; correct the file, \(without)"
        ) { try $0.write("{'neuron': {'filename': 1}}", to: "raw/1_a/1_neuron_model.param") },
        Case(
            "recording sites that are no list", .damagedData,
            "\(neuron) has no sim.recordingSites that is a list of paths; correct the file, \(without)"
        ) {
            try $0.write(
                "{'neuron': {'filename': '[ROOT]/anatomy/cell.hoc'}, 'sim': {'recordingSites': 'x'}}",
                to: "raw/1_a/1_neuron_model.param")
        },
        Case(
            "a recording site that is no path", .damagedData,
            "\(neuron) has no sim.recordingSites[0] that is a path; correct the file, \(without)"
        ) {
            try $0.write(
                "{'neuron': {'filename': '[ROOT]/anatomy/cell.hoc'}, 'sim': {'recordingSites': [3]}}",
                to: "raw/1_a/1_neuron_model.param")
        },
        Case(
            "no network", .damagedData,
            "\(network) has no network that is an object of cell types; correct the file, \(without)"
        ) { try $0.write("{}", to: "raw/1_a/1_network_model.param") },
        Case(
            "no connection file", .damagedData,
            "\(network) has no network.A.synapses.connectionFile that is a path; correct the file, \(without)"
        ) {
            try $0.write(
                "{'network': {'A': {'synapses': {'distributionFile': '[ROOT]/anatomy/net.syn'}}}}",
                to: "raw/1_a/1_network_model.param")
        },
        Case(
            "a synapse file of one line", .damagedData,
            "line 2 of [ROOT]/anatomy/net.syn is malformed: expected a comment that begins with # and names the file"
                + " which this one belongs to; repair or remove the file"
        ) { try $0.write("# 1\n", to: "anatomy/net.syn") },
        Case(
            "data in line 2 of a connection file", .damagedData,
            "line 2 of [ROOT]/anatomy/net.con is malformed: expected a comment that begins with # and names the file"
                + " which this one belongs to; repair or remove the file"
        ) { try $0.write("# 1\nA\t0\t0\n", to: "anatomy/net.con") },
        Case(
            "no end of line 2", .damagedData,
            "line 2 of [ROOT]/anatomy/net.con is malformed: expected a comment that begins with # and names the file"
                + " which this one belongs to; repair or remove the file"
        ) { try $0.write("# 1\n# \(String(repeating: "x", count: 70000))\n", to: "anatomy/net.con") },
    ]

    static let contradicting: [Case] = [
        Case(
            "two morphologies of one name", .invalidArgument,
            "[ROOT]/anatomy/cell.hoc and [ROOT]/other/cell.hoc differ, but would have the same name in morphology;"
                + " rename one of them, \(without)"
        ) {
            try $0.write("cell { x }\n", to: "other/cell.hoc")
            try $0.addFolder("2_b", hoc: "[ROOT]/other/cell.hoc")
        },
        Case(
            "two formats of one name", .invalidArgument,
            "[ROOT]/anatomy/cell.hoc and [ROOT]/anatomy/cell.swc differ, but would have the same name in morphology;"
                + " rename one of them, \(without)"
        ) {
            try $0.write("cell { }\n", to: "anatomy/cell.swc")
            try $0.addFolder("2_b", hoc: "[ROOT]/anatomy/cell.swc")
        },
        Case(
            "two landmark files of one name", .invalidArgument,
            "[ROOT]/anatomy/sites.landmarkAscii and [ROOT]/other/sites.landmarkAscii differ, but would have the same"
                + " name in recsites_folder; rename one of them, \(without)"
        ) {
            try $0.write("# sites\n", to: "other/sites.landmarkAscii")
            try $0.addFolder("2_b", sites: "[ROOT]/other/sites.landmarkAscii")
        },
        Case(
            "a name that is that of metadata", .invalidName,
            "[ROOT]/anatomy/cell.json has a name that no entry of a database can have; rename the file, \(without)"
        ) {
            try $0.write("x", to: "anatomy/cell.json")
            try $0.addFolder("1_a", hoc: "[ROOT]/anatomy/cell.json")
        },
        Case(
            "a synapse file that names none of its morphologies", .invalidArgument,
            "line 2 of [ROOT]/anatomy/net.syn names none of the morphologies that it is used with, cell.hoc, other.hoc;"
                + " name one of them there, \(without)"
        ) {
            try $0.write("# 1\n# cell: third.hoc\n", to: "anatomy/net.syn")
            try $0.write("other { }\n", to: "anatomy/other.hoc")
            try $0.addFolder("2_b", hoc: "[ROOT]/anatomy/other.hoc")
        },
        Case(
            "a connection file that names none of its synapse files", .invalidArgument,
            "line 2 of [ROOT]/anatomy/net.con does not tell which synapse file it belongs to: [ROOT]/anatomy/net.syn,"
                + " [ROOT]/anatomy/other.syn could be meant; name one of them there, \(without)"
        ) {
            try $0.write("# 1\n# third.syn\n", to: "anatomy/net.con")
            try $0.write("# other\n# cell.hoc\n", to: "anatomy/other.syn")
            try $0.addFolder("2_b", syn: "[ROOT]/anatomy/other.syn")
        },
        Case(
            "equal files with relative paths to different files", .invalidArgument,
            "[ROOT]/raw/1_a/1_network_model.param and [ROOT]/raw/2_b/2_network_model.param are equal, but what they name"
                + " by relative paths differs; import them into two databases, \(without)"
        ) {
            for (folder, text) in [("1_a", "# a\n# cell.hoc\n"), ("2_b", "# b\n# cell.hoc\n")] {
                try $0.write(text, to: "raw/\(folder)/net.syn")
                try $0.addFolder(folder, syn: "net.syn")
            }
        },
    ]

    @Test(
        "Each refusal is a sentence with path, cause and remedy, and nothing is written",
        arguments: missing + malformed + contradicting)
    func refusal(_ refused: Case) throws {
        let tree = try ParameterTree()
        try refused.spoil(tree)
        let error = #expect(throws: DirDBError.self) { try tree.importAll() }
        let sentence = error?.message.replacingOccurrences(of: tree.directory.path, with: "[ROOT]")
        #expect(sentence == refused.sentence)
        #expect(error?.code == refused.code)
        #expect(try Array(tree.database.entries(recursive: true)).isEmpty)
        #expect(try tree.database.verify().isEmpty)
    }

    @Test("Equal copies of one name are one entry")
    func equalCopies() throws {
        let tree = try ParameterTree()
        try tree.write("cell { }\n", to: "other/cell.hoc")
        try tree.addFolder("2_b", hoc: "[ROOT]/other/cell.hoc")
        try tree.importAll()
        #expect(try tree.names("morphology") == ["cell"])
        #expect(try tree.database.verify().isEmpty)
    }
}
