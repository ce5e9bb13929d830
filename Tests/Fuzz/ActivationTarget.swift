import DirDB

@testable import DirDBSimrun

/// Any lines are rows, as many as were counted before, or an error that names one of the lines.
@Sendable func fuzzActivation(_ bytes: [UInt8]) {
    let counts = bytes.withUnsafeBytes { ActivationSurvey.count($0) }
    for kind in [ActivationKind.synapses, .cells] {
        var rows = ActivationRows(kind, widest: counts.widest)
        rows.begin(rows: counts.rows, times: counts.times)
        do throws(DirDBError) {
            try bytes.withUnsafeBufferPointer { (lines) throws(DirDBError) in
                try rows.append(lines, trial: "000000", path: "fuzz.csv", firstLine: 2)
            }
            require(rows.rowCount == counts.rows, "\(rows.rowCount) rows of \(counts.rows)")
            require(rows.timeCount == counts.times, "\(rows.timeCount) times of \(counts.times)")
        } catch {
            require(error.code == .damagedData && error.message.hasPrefix("line "), "\(error)")
        }
    }
}
