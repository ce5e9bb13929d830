import DirDB

@testable import DirDBSimrun

/// Any lines are rows, each with the times that it has commas behind its last tab, or an error that names one of them.
@Sendable func fuzzActivation(_ bytes: [UInt8]) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for kind in [ActivationKind.synapses, .cells] {
        var rows = ActivationRows(kind)
        do throws(DirDBError) {
            try bytes.withUnsafeBufferPointer { (lines) throws(DirDBError) in
                try rows.append(lines, trial: "000000", path: "fuzz.csv", firstLine: 2)
            }
        } catch {
            require(error.code == .damagedData && error.message.hasPrefix("line "), "\(error)")
            continue
        }
        let counts = lines.map { line in
            line.reversed().prefix { $0 != UInt8(ascii: "\t") }.count { $0 == UInt8(ascii: ",") }
        }
        require(rows.rowCount == lines.count, "\(rows.rowCount) rows of \(lines.count)")
        require(rows.timeCount == counts.reduce(0, +), "\(rows.timeCount) times of \(counts)")
        require(rows.widest == counts.max() ?? 0, "\(rows.widest) columns of \(counts)")
    }
}
