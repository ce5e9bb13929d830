import DirDB
import DirDBDumpers

/// The spike times of many trials, and the table that they become.
struct SpikeTable: Sendable {
    private var times: [Double] = []
    /// For each trial where its times end.
    private var ends: [Int] = []
    /// The most spikes of any trial.
    private(set) var width = 0

    /// The number of trials.
    var count: Int { ends.count }

    mutating func append(_ spikes: [Double]) {
        times += spikes
        ends.append(times.count)
        width = max(width, spikes.count)
    }

    /// Writes the table: the index, then columns `0`, `1`, … of as many times as any trial has.
    ///
    /// `indices` has the index of each trial.
    func write(indices: [String], to writer: inout ParquetWriter) throws(DirDBError) {
        let batch = max(1, (1 << 20) / (width + 1))
        var start = 0
        repeat {
            let rows = start..<min(start + batch, count)
            var columns = [Column("sim_trial_index", Array(indices[rows]))]
            for place in 0..<width { columns.append(try column(place, rows)) }
            try writer.append(try Table(columns, index: "sim_trial_index"))
            start = rows.upperBound
        } while start < count
    }

    private func column(_ place: Int, _ rows: Range<Int>) throws(DirDBError) -> Column {
        var values = [Double](repeating: 0, count: rows.count)
        var validity = [Bool](repeating: false, count: rows.count)
        for row in rows {
            let begin = row == 0 ? 0 : ends[row - 1]
            guard begin + place < ends[row] else { continue }
            values[row - rows.lowerBound] = times[begin + place]
            validity[row - rows.lowerBound] = true
        }
        return try Column("\(place)", .double(values), validity: validity)
    }
}
