import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite(.enabled(if: SimrunExample.isThere, "there is no simrun-example beside the project"))
struct ParameterExampleTests {
    @Test("The parameter files of the real example come out to the byte")
    func hashes() throws {
        let example = try SimrunExample()
        let tree = try SimrunTree(scanning: example.results)
        let database = try Database(example.directory.path(of: "db"))
        let plan = try ParameterFiles.plan(tree)
        try ImportPlan(tree, SimrunOptions(), ParameterFiles.steps(plan, tree)).carryOut(
            in: database, ImportLog(nil))

        func content(_ names: String...) throws -> String {
            String(decoding: try database.entry(at: names).bytes(), as: UTF8.self)
        }
        let table: Table = try database["parameterfiles"].get()
        #expect(table["sim_trial_index"]?.texts == (0..<6).map { "20150815-1530_20240/00000\($0)" })
        let neuron = try #require(table["hash_neuron"]?.texts.first ?? nil)
        let network = try #require(table["hash_network"]?.texts.last ?? nil)
        let folder = example.directory.path(of: "results/20150815-1530_20240")
        #expect(
            neuron == md5(try String(contentsOfFile: "\(folder)/20240_neuron_model.param", encoding: .utf8)))
        let cell = try content("parameterfiles_cell_folder", neuron)
        #expect(cell.utf8.count == 7752)
        #expect(md5(cell) == "61474d0a0b986d20e8242751f24348e4")
        let net = try content("parameterfiles_network_folder", network)
        #expect(net.utf8.count == 848_518)
        #expect(md5(net) == "7f5828697864001fb8ff1317399d24dd")

        let syn = try content("syn_folder", "f7f0bf029c244e7cb96db0c2f6b09a73")
        #expect(syn.utf8.count == 641_905)
        #expect(md5(syn) == "e51a06d8a17860cbbc1fd8558de6bf7f")
        let con = try content("con_folder", "3d681e71814948e2383295da429bbb7a")
        #expect(con.utf8.count == 372_172)
        #expect(md5(con) == "32e2581b6615f443429bc6e1d28eaf21")

        #expect(md5(try content("morphology", "86_C2_center")) == "aefcaad01e5b734fcb944acabde5af33")
        #expect(
            md5(try content("recsites_folder", "apical_proximal_distal_rec_sites"))
                == "b27a80e206f2ec14fe67bbbbb96672a1")
        let warnings = plan.warnings
        #expect(warnings.count == 1)
        #expect(warnings[0].contains(".con names 86_C2_center.syn, which does not exist;"))
        #expect(try database.verify().isEmpty)
    }
}
