/// The encoded values of a data page, of which some are taken.
struct PageValues {
    let leaf: SchemaLeaf
    let encoding: ParquetEncoding
    /// In a `ByteBuffer`, because whole words are read.
    let bytes: UnsafeRawBufferPointer

    /// Appends some of the values, in an encoding that a page can have.
    ///
    /// Indices of a dictionary stay such indices, so that the dictionary serves them; differences are undone.
    /// - Parameters:
    ///   - range: The values, by their numbers among those that are there.
    ///   - count: The number of values that are there.
    ///   - body: The content of the page to make.
    /// - Returns: The encoding.
    /// - Throws: When there are other values than the page announces, or they are in an encoding that is not known.
    func write(
        _ range: Range<Int>, of count: Int, to body: ByteBuffer
    ) throws(ParquetFailure) -> ParquetEncoding {
        if range.isEmpty { return .plain }
        switch (encoding, leaf.physical) {
        case (.plain, .boolean): try writeBits(bytes, range, to: body)
        case (.plain, .byteArray): try writePlainStrings(range, to: body)
        case (.plain, _):
            let width = try requireWidth()
            guard range.upperBound <= bytes.count / width else { throw Self.short }
            body.append(
                UnsafeRawBufferPointer(
                    rebasing: bytes[range.lowerBound * width..<range.upperBound * width]))
        case (.plainDictionary, _), (.runLengthDictionary, _):
            try writeIndices(range, to: body)
            return encoding
        case (.runLength, .boolean): try writeRuns(range, to: body)
        case (.deltaBinaryPacked, .int32): try writeDifferences(range, of: count, Int32.self, to: body)
        case (.deltaBinaryPacked, .int64): try writeDifferences(range, of: count, Int64.self, to: body)
        case (.deltaLengthByteArray, .byteArray): try writeLengths(range, of: count, to: body)
        case (.deltaByteArray, .byteArray), (.deltaByteArray, .fixedLengthByteArray):
            try writePrefixes(range, of: count, to: body)
        case (.byteStreamSplit, _):
            let width = try requireWidth()
            guard count * width == bytes.count else { throw Self.short }
            for stream in 0..<width {
                let start = stream * count
                body.append(
                    UnsafeRawBufferPointer(
                        rebasing: bytes[start + range.lowerBound..<start + range.upperBound]))
            }
            return encoding
        default:
            throw .unsupported(
                "its values are in the encoding \(encoding), which is not read for such values")
        }
        return .plain
    }

    private static let short = ParquetFailure.damaged("a page has another number of values than it announces")

    private func requireWidth() throws(ParquetFailure) -> Int {
        guard let width = leaf.width else { throw .damaged("its values have no length") }
        return width
    }

    // MARK: Truth values and indices

    private func writeBits(
        _ bits: UnsafeRawBufferPointer, _ range: Range<Int>, to body: ByteBuffer
    ) throws(ParquetFailure) {
        guard let source = bits.baseAddress, range.upperBound <= bits.count * 8 else { throw Self.short }
        let flags: [UInt8] = try filledArray(range.upperBound) { (target) throws(ParquetFailure) in
            _ = Bits.unpack(source, range.upperBound, into: target)
        }
        pack(flags, range, to: body)
    }

    private func writeRuns(_ range: Range<Int>, to body: ByteBuffer) throws(ParquetFailure) {
        let (runs, _) = try bytes.splitAtLength()
        let flags: [UInt8] = try filledArray(range.upperBound) { (target) throws(ParquetFailure) in
            _ = try Bits.readLevels(runs, range.upperBound, into: target)
        }
        pack(flags, range, to: body)
    }

    private func pack(_ flags: [UInt8], _ range: Range<Int>, to body: ByteBuffer) {
        let target = body.extend(by: (range.count + 7) / 8)
        flags[range].withUnsafeBytes { flags in
            if let source = flags.baseAddress { Bits.pack(source, flags.count, into: target) }
        }
    }

    private func writeIndices(_ range: Range<Int>, to body: ByteBuffer) throws(ParquetFailure) {
        guard let width = bytes.first, width <= 32 else {
            throw .damaged("the width of its indices makes no sense")
        }
        var reader = HybridReader(UnsafeRawBufferPointer(rebasing: bytes[1...]), width: Int(width))
        let indices: [UInt32] = try filledArray(range.upperBound) { (target) throws(ParquetFailure) in
            _ = try reader.read(range.upperBound, into: target)
        }
        body.append(byte: width)
        indices[range].withUnsafeBufferPointer { HybridWriter.write($0, width: Int(width), to: body) }
    }

    // MARK: Strings and differences

    private func writePlainStrings(_ range: Range<Int>, to body: ByteBuffer) throws(ParquetFailure) {
        var position = 0
        var start = 0
        for place in 0..<range.upperBound {
            if place == range.lowerBound { start = position }
            guard bytes.count - position >= 4 else { throw Self.short }
            let length = UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            guard length <= bytes.count - position - 4 else { throw Self.short }
            position += 4 + Int(length)
        }
        body.append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
    }

    private func writeDifferences<Value: FixedWidthInteger & BitwiseCopyable>(
        _ range: Range<Int>, of count: Int, _: Value.Type, to body: ByteBuffer
    ) throws(ParquetFailure) {
        var position = 0
        let values: [Value] = try readDifferences(count, &position)
        for value in values[range] { body.append(littleEndian: value) }
    }

    private func writeLengths(
        _ range: Range<Int>, of count: Int, to body: ByteBuffer
    ) throws(ParquetFailure) {
        var position = 0
        let lengths: [Int32] = try readDifferences(count, &position)
        for (place, length) in lengths.enumerated() where place < range.upperBound {
            guard length >= 0, length <= bytes.count - position else { throw Self.short }
            if range.contains(place) {
                body.append(littleEndian: UInt32(length))
                body.append(UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)]))
            }
            position += Int(length)
        }
    }

    /// Each shares its first bytes with the one before.
    private func writePrefixes(
        _ range: Range<Int>, of count: Int, to body: ByteBuffer
    ) throws(ParquetFailure) {
        var position = 0
        let prefixes: [Int32] = try readDifferences(count, &position)
        let lengths: [Int32] = try readDifferences(count, &position)
        var value: [UInt8] = []
        for place in 0..<range.upperBound {
            let (prefix, length) = (Int(prefixes[place]), Int(lengths[place]))
            guard prefix >= 0, prefix <= value.count, length >= 0, length <= bytes.count - position else {
                throw Self.short
            }
            value.removeSubrange(prefix...)
            value += bytes[position..<position + length]
            position += length
            if !range.contains(place) { continue }
            // Values that share much could be far larger than the page.
            guard value.count <= PageCutter.mostBytes - body.count else { throw PageCutter.tooLarge }
            if leaf.physical == .byteArray {
                body.append(littleEndian: UInt32(value.count))
            } else if value.count != leaf.length {
                throw Self.short
            }
            body.append(value)
        }
    }

    private func readDifferences<Value: FixedWidthInteger & BitwiseCopyable>(
        _ count: Int, _ position: inout Int
    ) throws(ParquetFailure) -> [Value] {
        var reader = try DeltaReader(UnsafeRawBufferPointer(rebasing: bytes[position...]))
        guard reader.count == count else { throw Self.short }
        let values: [Value] = try filledArray(count) { (target) throws(ParquetFailure) in
            try reader.read(into: target)
        }
        position += reader.position
        return values
    }
}
