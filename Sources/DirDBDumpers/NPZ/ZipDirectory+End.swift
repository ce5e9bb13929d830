import DirDB

extension ZipDirectory {
    /// What the record at the end of an archive says, or that of ZIP64 where there is one.
    struct End {
        /// Where the central directory lies in the file.
        let directory: Range<Int64>
        let memberCount: Int
        /// Where the archive ends, after its comment.
        let upperBound: Int64

        /// Looks for the record in the last bytes of a file, which start at `start`.
        /// - Throws: `.damagedData` when there is none, or its numbers make no sense.
        init(_ tail: [UInt8], start: Int64, path: String) throws(DirDBError) {
            guard let place = Self.find(tail) else {
                throw .damagedData(
                    path, "it has no central directory at its end, so it is cut off or no zip file")
            }
            let diskCount = tail.littleEndian(at: place + 4, as: UInt16.self)
            var count = UInt64(tail.littleEndian(at: place + 10, as: UInt16.self))
            var size = UInt64(tail.littleEndian(at: place + 12, as: UInt32.self))
            var offset = UInt64(tail.littleEndian(at: place + 16, as: UInt32.self))
            var limit = start + Int64(place)
            if place >= 20, tail.littleEndian(at: place - 20, as: UInt32.self) == 0x0706_4B50 {
                let position = tail.littleEndian(at: place - 12, as: UInt64.self)
                guard let position = Int64(exactly: position), position >= start,
                    position - start <= Int64(place) - 76,
                    tail.littleEndian(at: Int(position - start), as: UInt32.self) == 0x0606_4B50
                else { throw .damagedData(path, "its ZIP64 record is not where it should be") }
                let record = Int(position - start)
                count = tail.littleEndian(at: record + 32, as: UInt64.self)
                size = tail.littleEndian(at: record + 40, as: UInt64.self)
                offset = tail.littleEndian(at: record + 48, as: UInt64.self)
                limit = position
            } else if diskCount != 0 {
                throw .unsupportedFormat(
                    path, "it is one part of an archive in several", remedy: "join the parts")
            }
            guard let lower = Int64(exactly: offset), let length = Int64(exactly: size),
                let count = Int(exactly: count), lower <= limit, length <= limit - lower
            else { throw .damagedData(path, "the central directory of the archive runs beyond its end") }
            directory = lower..<lower + length
            memberCount = count
            upperBound = start + Int64(place + 22) + Int64(tail.littleEndian(at: place + 20, as: UInt16.self))
        }

        /// The last record whose comment ends within the file.
        private static func find(_ tail: [UInt8]) -> Int? {
            guard tail.count >= 22 else { return nil }
            return (0...tail.count - 22).reversed().first { place in
                tail[place] == 0x50 && tail[place + 1] == 0x4B && tail[place + 2] == 0x05
                    && tail[place + 3] == 0x06
                    && Int(tail.littleEndian(at: place + 20, as: UInt16.self)) <= tail.count - place - 22
            }
        }
    }
}
