extension ChunkWriter {
    /// Appends the values of the rows that have one, `present` of the last `count`, to the page.
    func appendNumbers(_ source: UnsafeRawPointer, _ count: Int, _ present: Int) {
        if present == 0 { return }
        switch column.representation {
        case .bool:
            let (low, high) = Extremes.of(take(source, count, present, as: UInt8.self), present)
            extremes.update(signed: Int64(low), Int64(high))
        case .int32:
            let values = take(source, count, present, as: UInt32.self)
            let (low, high) = Extremes.of(Self.rebound(values, to: Int32.self), present)
            extremes.update(signed: Int64(low), Int64(high))
        case .int64:
            let values = take(source, count, present, as: UInt64.self)
            if column.annotation?.isUnsigned == true {
                let (low, high) = Extremes.of(values, present)
                extremes.update(unsigned: low, high)
            } else {
                let (low, high) = Extremes.of(Self.rebound(values, to: Int64.self), present)
                extremes.update(signed: low, high)
            }
        case .unsigned32: takeNarrowed(source, count, present)
        case .float:
            let values = take(source, count, present, as: UInt32.self)
            extremes.update(real: Extremes.of(Self.rebound(values, to: Float.self), present))
        case .double:
            let values = take(source, count, present, as: UInt64.self)
            extremes.update(real: Extremes.of(Self.rebound(values, to: Double.self), present))
        case .float16, .int96, .string, .binary, .fixedBinary, .decimal:
            preconditionFailure("no numbers are written so")
        }
    }

    /// - Returns: The values as they are in the page, valid until its next change.
    private func take<Word: FixedWidthInteger>(
        _ source: UnsafeRawPointer, _ count: Int, _ present: Int, as: Word.Type
    ) -> UnsafePointer<Word> {
        let width = MemoryLayout<Word>.size
        let start = values.count
        let target = values.extend(by: count * width)
        if present == count {
            target.copyMemory(from: source, byteCount: count * width)
        } else {
            _ = FixedWidth.compact(
                source.assumingMemoryBound(to: Word.self), newFlags(count), count,
                into: target.assumingMemoryBound(to: Word.self))
            values.shrink(to: start + present * width)
        }
        return UnsafePointer(target.assumingMemoryBound(to: Word.self))
    }

    /// Stores integers of 64 bits in 32; that they fit is checked by their extremes.
    private func takeNarrowed(_ source: UnsafeRawPointer, _ count: Int, _ present: Int) {
        let start = values.count
        let wide = take(source, count, present, as: UInt64.self)
        let (low, high) = Extremes.of(Self.rebound(wide, to: Int64.self), present)
        extremes.update(signed: low, high)
        let narrow = (values.start + start).assumingMemoryBound(to: UInt32.self)
        for place in 0..<present { narrow[place] = UInt32(truncatingIfNeeded: wide[place]) }
        values.shrink(to: start + present * 4)
    }

    /// The flags of the rows that were appended last.
    func newFlags(_ count: Int) -> UnsafePointer<UInt8> {
        UnsafePointer((flags.start + flags.count - count).assumingMemoryBound(to: UInt8.self))
    }

    private static func rebound<Word, Number>(
        _ values: UnsafePointer<Word>, to: Number.Type
    ) -> UnsafePointer<Number> {
        UnsafeRawPointer(values).assumingMemoryBound(to: Number.self)
    }
}
