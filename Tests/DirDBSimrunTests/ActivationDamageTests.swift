import DirDB
import DirDBDumpers
import DirDBSimrun
import Foundation
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite struct ActivationDamageTests {
    private static let text =
        "# header\nL1_C1\t19\t1539.71545505\t50\t80\tApicalDendrite\t14.3144635349,1e2,nan,\nL2\t-1\t-0.0\t0\t1\tsoma\t\n"

    @Test("Any truncation and any change of bytes gives rows or an error")
    func damage() throws {
        let folder = try ActivationFolder()
        var random = SplitMix64(state: 5)
        var outcomes = (rows: 0, errors: 0)
        let text = Array(Self.text.utf8)
        var files: [[UInt8]] = (0..<text.count).map { Array(text[..<$0]) }
        let marks = Array("\t\n\r,.-+einf 0\u{1}9".utf8) + [0xFF, 0x80]
        for _ in 0..<3000 {
            var bytes = text
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let mark = marks.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = mark
                case 1: bytes.insert(mark, at: place)
                default: bytes.remove(at: place)
                }
            }
            files.append(bytes)
        }
        try folder.write("a_1", runs: [0], synapses: [0: Self.text])
        let tree = try SimrunTree(scanning: folder.raw)
        let list = tree.activationFiles(.synapses)
        for bytes in files {
            try folder.directory.write(.init(bytes), to: "raw/a_1/simulation_run0000_synapses.csv")
            do {
                let survey = try ActivationSurvey(list, of: tree)
                var rows = ActivationRows(.synapses, widest: survey.widest)
                rows.begin(survey.pieces[...])
                for piece in survey.pieces { try rows.append(piece, of: list[0], in: tree) }
                outcomes.rows += 1
            } catch is DirDBError {
                outcomes.errors += 1
            }
        }
        #expect(outcomes.rows > 100)
        #expect(outcomes.errors > 1000)
    }

    @Test("The survey counts as the plain way does", arguments: 0..<200)
    func counts(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let alphabet = Array("\t\n,,,,59a \u{7f}é".utf8)
        let bytes = (0..<Int.random(in: 0..<90, using: &random)).map { _ in
            alphabet.randomElement(using: &random) ?? 0
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let times = lines.map { line in
            line[((line.lastIndex(of: UInt8(ascii: "\t")) ?? line.startIndex - 1) + 1)...]
                .count { $0 == UInt8(ascii: ",") }
        }
        let counts = bytes.withUnsafeBytes { ActivationSurvey.count($0) }
        #expect(counts.rows == lines.count)
        #expect(counts.times == times.reduce(0, +))
        #expect(counts.widest == times.max() ?? 0)
    }
}
