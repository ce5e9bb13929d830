import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// Names that are not UTF-8, as Latin-1 makes them, among raw results.
@Suite struct OddNameTests {
    private func tree(_ name: [UInt8], isFolder: Bool = false) throws -> GeneratedTree {
        let tree = try GeneratedTree([
            .init(path: "a", id: "1", runs: [0, 1]), .init(path: "b", id: "2", runs: [0]),
        ])
        let path = Array("\(tree.root)/a/".utf8) + name + [0]
        path.withUnsafeBufferPointer { path in
            path.withMemoryRebound(to: CChar.self) { path in
                guard let path = path.baseAddress else { return }
                if isFolder { _ = mkdir(path, 0o755) } else { _ = close(creat(path, 0o644)) }
            }
        }
        return tree
    }

    @Test("A file that is none of the results is skipped, and told of")
    func strayFile() throws {
        let tree = try tree(Array("gr".utf8) + [0xFC, 0xDF] + Array("e.txt".utf8))
        let database = try Database(tree.databasePath)
        let report = try Simrun.import(tree.root, into: database, options: .traces)
        #expect(report.skipped.map(\.path) == ["a/gr\u{FFFD}\u{FFFD}e.txt"])
        #expect(report.trialCount == 3)
        #expect(report.text().contains("skipped a/gr\u{FFFD}\u{FFFD}e.txt: its name is not UTF-8"))
        #expect(try database.verify().isEmpty)
    }

    @Test(
        "A file of results, or a folder, which may hold some, is refused",
        arguments: [
            ("1_basal\u{FFFD}_vm_dend_traces.csv", false), ("\u{FFFD}_vm_all_traces.npz", false),
            ("\u{FFFD}_neuron_model.param", false), ("results\u{FFFD}", true),
        ])
    func results(name: String, isFolder: Bool) throws {
        let bytes = name.unicodeScalars.flatMap { $0 == "\u{FFFD}" ? [0xFC] : Array(String($0).utf8) }
        let tree = try tree(bytes, isFolder: isFolder)
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: .traces)
        }
        #expect(error?.code == .invalidName)
        #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
    }

    @Test("Folders of the same letters in other bytes are two")
    func normalization() throws {
        let tree = try GeneratedTree([
            .init(path: "caf\u{E9}/r", id: "1", runs: [0]), .init(path: "cafe\u{301}/r", id: "1", runs: [0]),
        ])
        let database = try Database(tree.databasePath)
        // The one that comes second in the order of bytes is changed last.
        for folder in ["cafe\u{301}/r", "caf\u{E9}/r"] {
            let file = "\(folder)/1_vm_all_traces.csv"
            let text = try tree.directory.text("raw/\(file)")
            let end = try #require(text.lastIndex(of: "\t"))
            try tree.write("\(text[...end])\(folder.utf8.count).5\n", to: file)
            try Simrun.import(tree.root, into: database, options: .traces)
        }
        let traces: NDArray<Double> = try database["voltage_traces"].get()
        let last = traces.shape[1] - 1
        #expect(Set([traces[0, last], traces[1, last]]) == [7.5, 8.5])
    }
}
