import DirDB
import DirDBDumpers

extension ActivationRows {
    /// Encodes the rows as a row group.
    ///
    /// - Parameters:
    ///   - dumper: How.
    ///   - timeNames: The names of the columns of times.
    ///   - path: The file, for messages.
    /// - Complexity: O(n) in rows and times, and a few bytes of memory traffic for each row and column of times.
    func encoded(
        _ dumper: ParquetDumper, timeNames: [String], path: String
    ) throws(DirDBError) -> EncodedRowGroup {
        var encoder = RowGroupEncoder(dumper, rowCount: rowCount, path: path)
        let names = kind.columns
        try encoder.append(texts(SynapseActivation.index, trials, trialNames.finish()))
        try encoder.append(texts(names[0], types, typeNames.finish()))
        try encoder.append(names[1], ids.prefix(rowCount))
        if kind == .synapses {
            try encoder.append(names[2], present: distances.prefix(rowCount))
            try encoder.append(names[3], sections.prefix(rowCount))
            try encoder.append(names[4], points.prefix(rowCount))
            try encoder.append(texts(names[5], labels, labelNames.finish()))
        }
        try appendTimes(to: &encoder, timeNames)
        return encoder.finish()
    }

    private func texts(
        _ name: String, _ codes: borrowing Block<Int32>, _ dictionary: StringDictionary
    ) -> Column {
        let strings = StringColumn(unchecked: Array(codes.prefix(rowCount)), dictionary)
        return Column(unchecked: name, .string(strings), validity: nil)
    }

    /// A column for the first time of each row, one for the second, and so on; the rows that have one become fewer.
    private func appendTimes(
        to encoder: inout RowGroupEncoder, _ names: [String]
    ) throws(DirDBError) {
        let flags = Block<UInt8>(count: rowCount)
        flags.start.initialize(repeating: 0, count: rowCount)
        let remaining = Block<Int32>(count: rowCount)
        let values = Block<Double>(count: rowCount)
        var remainingCount = 0
        for row in 0..<rowCount {
            remaining.start[remainingCount] = Int32(truncatingIfNeeded: row)
            let hasTime = timeCount(of: row) > 0
            flags.start[row] = hasTime ? 1 : 0
            remainingCount += hasTime ? 1 : 0
        }
        for (number, name) in names.enumerated() {
            for place in 0..<remainingCount {
                values.start[place] = times.start[firstTime(of: Int(remaining.start[place])) + number]
            }
            try encoder.append(name, present: values.prefix(remainingCount), flags.prefix(rowCount))
            var kept = 0
            for place in 0..<remainingCount {
                let row = Int(remaining.start[place])
                let hasMore = timeCount(of: row) > number + 1
                flags.start[row] = hasMore ? 1 : 0
                remaining.start[kept] = remaining.start[place]
                kept += hasMore ? 1 : 0
            }
            remainingCount = kept
        }
    }

    @inline(__always)
    private func firstTime(of row: Int) -> Int { row == 0 ? 0 : timeEnds.start[row - 1] }

    @inline(__always)
    private func timeCount(of row: Int) -> Int { timeEnds.start[row] - firstTime(of: row) }
}
