/// Values of 1, 2, 4 or 8 bytes, whatever they mean.
enum FixedWidth {
    /// Takes values from a dictionary.
    static func gather<Word: FixedWidthInteger>(
        _ dictionary: UnsafePointer<Word>, _ indices: UnsafePointer<UInt32>, _ count: Int,
        into target: UnsafeMutablePointer<Word>
    ) {
        for place in 0..<count { target[place] = dictionary[Int(indices[place])] }
    }

    /// Puts values that lie one after the other to the rows that have one; the others become 0.
    static func spread<Word: FixedWidthInteger>(
        _ values: UnsafeMutablePointer<Word>, _ present: Int, _ flags: UnsafePointer<UInt8>, _ count: Int
    ) {
        var source = present
        var row = count
        // From the end, so that no value is overwritten before it is moved.
        while row > source {
            row -= 1
            let flag = flags[row]
            source -= Int(flag)
            values[row] = values[source] & (0 &- Word(truncatingIfNeeded: flag))
        }
    }

    /// Takes the values of the rows that have one.
    static func compact<Word: FixedWidthInteger>(
        _ values: UnsafePointer<Word>, _ flags: UnsafePointer<UInt8>, _ count: Int,
        into target: UnsafeMutablePointer<Word>
    ) -> Int {
        var present = 0
        for row in 0..<count {
            target[present] = values[row]
            present += Int(flags[row])
        }
        return present
    }

    /// Reads BYTE_STREAM_SPLIT: all first bytes, then all second bytes, and so on.
    static func joinStreams<Word: FixedWidthInteger>(
        _ source: UnsafePointer<UInt8>, _ count: Int, into target: UnsafeMutablePointer<Word>
    ) {
        let width = MemoryLayout<Word>.size
        for place in 0..<count { target[place] = Word(truncatingIfNeeded: source[place]) }
        for byte in 1..<width {
            let stream = source + byte * count
            let shift = Word(truncatingIfNeeded: byte * 8)
            for place in 0..<count { target[place] |= Word(truncatingIfNeeded: stream[place]) &<< shift }
        }
    }

    /// Writes BYTE_STREAM_SPLIT.
    static func splitStreams<Word: FixedWidthInteger>(
        _ source: UnsafePointer<Word>, _ count: Int, into target: UnsafeMutablePointer<UInt8>
    ) {
        for byte in 0..<MemoryLayout<Word>.size {
            let stream = target + byte * count
            let shift = Word(truncatingIfNeeded: byte * 8)
            for place in 0..<count { stream[place] = UInt8(truncatingIfNeeded: source[place] &>> shift) }
        }
    }
}
