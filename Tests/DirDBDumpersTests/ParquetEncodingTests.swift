import TestSupport
import Testing

@testable import DirDBDumpers

@Suite("Encodings of Parquet")
struct ParquetEncodingTests {
    /// Runs of one value between values that change, of any length.
    private func values(_ count: Int, width: Int, _ random: inout SplitMix64) -> [UInt32] {
        var values: [UInt32] = []
        while values.count < count {
            let isRun = random.next() % 3 == 0
            let length = Int(random.next() % 40) + 1
            let repeated = random.next()
            for _ in 0..<length {
                let word = isRun ? repeated : random.next()
                values.append(UInt32(truncatingIfNeeded: width == 0 ? 0 : word >> UInt64(64 - width)))
            }
        }
        return Array(values.prefix(count))
    }

    @Test("Indices of every width are read as they were written", arguments: 0...32)
    func indices(width: Int) throws {
        var random = SplitMix64(state: UInt64(width))
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 1000] {
            let written = values(count, width: width, &random)
            let buffer = ByteBuffer()
            written.withUnsafeBufferPointer { HybridWriter.write($0, width: width, to: buffer) }
            var reader = HybridReader(buffer.bytes, width: width)
            var largest: UInt32 = 0
            let read: [UInt32] = try filledArray(count) { (target) throws(ParquetFailure) in
                largest = try reader.read(count, into: target)
            }
            #expect(read == written)
            #expect(largest == written.max() ?? 0)
        }
    }

    @Test("A run that claims 2⁵⁹ groups, or no value, is refused")
    func impossibleRuns() throws {
        for head: [UInt8] in [[0x81] + [UInt8](repeating: 0x80, count: 7) + [0x10], [0], [1]] {
            let buffer = ByteBuffer()
            buffer.append(head + [UInt8](repeating: 0, count: 64))
            var reader = HybridReader(buffer.bytes, width: 32)
            #expect(throws: ParquetFailure.self) { _ = try reader.next(limit: 8) }
        }
    }

    @Test("Levels are read as they were written, and one run of 1 is known for what it is")
    func levels() throws {
        var random = SplitMix64(state: 1)
        for round in 0..<200 {
            let flags = values(round * 7, width: 1, &random).map { UInt8($0) }
            let buffer = ByteBuffer()
            flags.withUnsafeBytes { HybridWriter.write($0, to: buffer) }
            var ones = 0
            let read: [UInt8] = try filledArray(flags.count) { (target) throws(ParquetFailure) in
                ones = try Bits.readLevels(buffer.bytes, flags.count, into: target)
            }
            #expect(read == flags && ones == flags.count { $0 == 1 })
            let full = ByteBuffer()
            [UInt8](repeating: 1, count: round * 32).withUnsafeBytes { HybridWriter.write($0, to: full) }
            #expect(try Bits.areAllOne(full.bytes, round * 32))
        }
    }

    @Test("Differences wrap around, and the example of the format's description is read")
    func differences() throws {
        func read(_ bytes: [UInt8]) throws -> [Int32] {
            let buffer = ByteBuffer()
            buffer.append(bytes)
            var reader = try DeltaReader(buffer.bytes)
            let count = reader.count
            return try filledArray(count) { (target) throws(ParquetFailure) in try reader.read(into: target) }
        }
        // 7, 5, 3, 1, 2, 3, 4, 5: the differences less the least are 0 0 0 3 3 3 3, in two bits each.
        #expect(
            try read([128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0])
                == [7, 5, 3, 1, 2, 3, 4, 5])
        // The greatest integer and 1 more.
        #expect(try read([128, 1, 4, 2, 254, 255, 255, 255, 15, 2, 0, 0, 0, 0]) == [.max, .min])
        for damaged: [UInt8] in [
            [], [128, 1, 0, 8, 14], [128, 1, 3, 8, 14], [0, 4, 8, 14], [128, 1, 4, 8, 14, 3, 65],
        ] {
            #expect(throws: ParquetFailure.self) { try read(damaged) }
        }
    }
}
