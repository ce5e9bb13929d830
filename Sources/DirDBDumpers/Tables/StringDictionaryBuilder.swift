/// Collects strings and gives each distinct one a code.
///
/// A hash table over the bytes, because hashing and creating a `String` per row would cost more than all the rest.
package struct StringDictionaryBuilder {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    // Open addressing: the upper half of the hash, then the code + 1; 0 is free.
    private var slots: [UInt64] = []
    // A file that was made to collide cannot know it.
    private let seed = UInt64.random(in: 0...UInt64.max) | 1

    /// Creates an empty collection.
    package init() {}

    /// The number of distinct strings.
    package var count: Int { ends.count }

    /// The code of a string, a new one if it was not seen before.
    /// - Parameter string: Valid UTF-8, or bytes that ``finishValidating()`` will refuse.
    /// - Returns: nil when there are as many strings as codes, 2147483647.
    package mutating func code(of string: UnsafeBufferPointer<UInt8>) -> Int32? {
        if slots.isEmpty { slots = [UInt64](repeating: 0, count: 16) }
        let hash = Self.hash(string, seed)
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
            let slot = slots[place]
            if (slot ^ hash) >> 32 == 0 {
                let code = Int(slot & 0xFFFF_FFFF) - 1
                if isEqual(code, string) { return Int32(truncatingIfNeeded: code) }
            }
            place = (place + 1) & mask
        }
        return insert(string, hash, at: place)
    }

    /// The code of a string, a new one if it was not seen before.
    /// - Parameter string: Valid UTF-8.
    /// - Returns: nil when there are as many strings as codes, 2147483647.
    package mutating func code(of string: UnsafeRawBufferPointer) -> Int32? {
        string.withMemoryRebound(to: UInt8.self) { code(of: $0) }
    }

    /// The strings in the order of their codes.
    package consuming func finish() -> StringDictionary {
        StringDictionary(unchecked: bytes, ends: ends)
    }

    /// The strings in the order of their codes.
    /// - Returns: The code of the first that is no UTF-8, as the failure, where there is one.
    package consuming func finishValidating() -> Result<StringDictionary, InvalidString> {
        if let dictionary = StringDictionary(validating: bytes, ends: ends) { return .success(dictionary) }
        let unchecked = StringDictionary(unchecked: bytes, ends: ends)
        let first = (0..<unchecked.count).first { code in
            unchecked.withBytes(code) { (try? UTF8Span(validating: $0.span)) == nil }
        }
        return .failure(InvalidString(code: Int32(first ?? 0)))
    }

    /// A string that is no UTF-8.
    package struct InvalidString: Error {
        /// Its code.
        package let code: Int32
    }

    private mutating func insert(_ string: UnsafeBufferPointer<UInt8>, _ hash: UInt64, at place: Int)
        -> Int32?
    {
        guard ends.count < Int(Int32.max) else { return nil }
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
        slots[place] = hash & ~0xFFFF_FFFF | UInt64(ends.count)
        if ends.count > slots.count / 2 { grow() }
        return Int32(ends.count - 1)
    }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for (code, end) in ends.enumerated() {
                let hash = Self.hash(UnsafeBufferPointer(rebasing: bytes[start..<end]), seed)
                var place = Int(truncatingIfNeeded: hash) & mask
                while slots[place] != 0 { place = (place + 1) & mask }
                slots[place] = hash & ~0xFFFF_FFFF | UInt64(code + 1)
                start = end
            }
        }
    }

    private func isEqual(_ code: Int, _ string: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == string.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for index in string.indices where bytes[start + index] != string[index] { return false }
            return true
        }
    }

    /// Eight bytes at a time, each mixed in by a wide multiplication (as in wyhash, Wang Yi 2019).
    private static func hash(_ string: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: string.count)
        let bytes = UnsafeRawBufferPointer(string)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), seed)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(hash ^ rest, 0x9E37_79B9_7F4A_7C15 ^ seed)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
