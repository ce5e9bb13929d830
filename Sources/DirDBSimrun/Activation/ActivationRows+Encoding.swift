import DirDB
import DirDBDumpers

/// Memory for the columns of times, one after the other.
struct ActivationScratch: ~Copyable {
    var flags = Block<UInt8>()
    var remaining = Block<Int32>()
    var values = Block<Double>()
}

extension ActivationRows {
    /// Encodes the rows as a row group.
    ///
    /// - Parameter encoder: Encodes.
    /// - Returns: The row group, with as many columns of times as a row of its own has.
    /// - Throws: ``DirDBError`` when a page becomes too large.
    /// - Complexity: O(n) in rows and times, and a few bytes of memory traffic for each row and column of times.
    mutating func encoded(
        by encoder: inout RowGroupEncoder
    ) throws(DirDBError) -> EncodedRowGroup {
        encoder.begin(rowCount: rowCount)
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
        try appendTimes(to: &encoder)
        return encoder.finish()
    }

    private func texts(
        _ name: String, _ codes: borrowing Block<Int32>, _ dictionary: StringDictionary
    ) -> Column {
        let strings = StringColumn(unchecked: Array(codes.prefix(rowCount)), dictionary)
        return Column(unchecked: name, .string(strings), validity: nil)
    }

    /// A column for the first time of each row, one for the second, and so on; the rows that have one become fewer.
    private mutating func appendTimes(to encoder: inout RowGroupEncoder) throws(DirDBError) {
        scratch.flags.require(rowCount)
        scratch.remaining.require(rowCount)
        scratch.values.require(rowCount)
        let flags = scratch.flags.start
        let remaining = scratch.remaining.start
        let values = scratch.values.start
        let times = times.start
        var remainingCount = 0
        for row in 0..<rowCount {
            remaining[remainingCount] = Int32(truncatingIfNeeded: row)
            let hasTime = timeCount(of: row) > 0
            flags[row] = hasTime ? 1 : 0
            remainingCount += hasTime ? 1 : 0
        }
        for number in 0..<widest {
            for place in 0..<remainingCount {
                values[place] = times[firstTime(of: Int(remaining[place])) + number]
            }
            try encoder.append(
                "\(number)", present: UnsafeBufferPointer(start: values, count: remainingCount),
                UnsafeBufferPointer(start: flags, count: rowCount))
            var kept = 0
            for place in 0..<remainingCount {
                let row = Int(remaining[place])
                let hasMore = timeCount(of: row) > number + 1
                flags[row] = hasMore ? 1 : 0
                remaining[kept] = remaining[place]
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
