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
            try folder.directory.write(Data(bytes), to: "raw/a_1/simulation_run0000_synapses.csv")
            do throws(DirDBError) {
                var rows = ActivationRows(.synapses)
                for part in try ActivationPart.all(list, of: tree) {
                    _ = try rows.append(part, of: list[0], in: tree)
                }
                outcomes.rows += 1
            } catch {
                outcomes.errors += 1
            }
        }
        #expect(outcomes.rows > 100)
        #expect(outcomes.errors > 1000)
    }

    @Test("Parts of any size have the lines of the whole file, and errors name the same line")
    func parts() throws {
        let folder = try ActivationFolder()
        let lines = (0..<12).map { "L\($0 % 3)\t\($0)\t\(String(repeating: "1.5,", count: $0 * 7 % 5))" }
        let whole = (["# header"] + lines).joined(separator: "\n")
        for (ending, damage) in [("", 0), ("\n", 0), ("\n\n", 0), ("\r\n\r\n", 0), ("\n", 7)] {
            let text = (damage == 0 ? whole : whole.replacing("\nL1\t\(damage)", with: "\nL1\tx")) + ending
            try folder.write("a_1", runs: [0], cells: [0: text])
            let tree = try SimrunTree(scanning: folder.raw)
            let list = tree.activationFiles(.cells)
            for size in 1...Int64(text.utf8.count + 1) {
                var (ids, times, unended): ([Int64], [Double], Bool) = ([], [], false)
                do throws(DirDBError) {
                    for part in try ActivationPart.all(list, of: tree, size: size) {
                        var rows = ActivationRows(.cells)
                        if try rows.append(part, of: list[0], in: tree) { unended = true }
                        ids += rows.ids.prefix(rows.rowCount)
                        times += rows.times.prefix(rows.timeCount)
                    }
                    #expect(damage == 0 && ids == Array(0..<12) && times.count == 22, "size \(size)")
                    #expect(unended == ending.isEmpty)
                } catch {
                    #expect(damage == 7 && error.message.hasPrefix("line 9 of "), "\(error)")
                }
            }
        }
    }
}
