/// The dictionary of the strings of one column in one row group.
struct StringCoder {
    // Below this a dictionary pays even if it holds most strings only once.
    private static let freeBytes = 1 << 20
    // The dictionary is one page, which readers keep in memory.
    private static let mostBytes = 64 << 20

    /// Whether strings are coded; when too few repeat, the rest of the row group is written as it is.
    private(set) var usesDictionary = true
    private var builder = StringDictionaryBuilder()
    private var byteCount = 0
    private var codedCount = 0
    // The code of each string of the dictionary that rows were appended from last; -1 for those not seen.
    private var known: [Int32] = []
    private var source: StringDictionary?

    /// The number of distinct strings.
    var count: Int { builder.count }

    /// Whether the dictionary has become large and few strings repeat.
    var isPoor: Bool {
        byteCount > Self.freeBytes && (builder.count > codedCount / 2 || byteCount > Self.mostBytes)
    }

    /// Writes the codes of the rows that have a string.
    ///
    /// - Returns: How many codes were written and how many rows they are from: fewer than asked for when the
    ///   dictionary has become poor.
    mutating func code(
        _ rows: Range<Int>, of strings: StringColumn, _ validity: [Bool]?,
        into target: UnsafeMutablePointer<Int32>
    ) -> (codes: Int, rows: Int) {
        prepare(strings.dictionary)
        // Taken out, because `add` changes the rest.
        var known = known
        self.known = []
        defer { self.known = known }
        var written = 0
        var row = rows.lowerBound
        strings.codes.withUnsafeBufferPointer { codes in
            known.withUnsafeMutableBufferPointer { known in
                while row < rows.upperBound {
                    if validity?[row] ?? true {
                        let theirs = Int(codes[row])
                        if known[theirs] < 0 {
                            guard let code = add(strings.dictionary, theirs) else { return }
                            known[theirs] = code
                        }
                        target[written] = known[theirs]
                        written += 1
                    }
                    row += 1
                }
            }
        }
        codedCount += written
        return (written, row - rows.lowerBound)
    }

    /// nil when the dictionary must not grow any more.
    private mutating func add(_ dictionary: StringDictionary, _ code: Int) -> Int32? {
        if isPoor { return nil }
        byteCount += 4 + dictionary.range(code).count
        return dictionary.withBytes(code) { builder.code(of: $0) }
    }

    private mutating func prepare(_ dictionary: StringDictionary) {
        if let source, source.isSameMemory(as: dictionary) { return }
        source = dictionary
        known = [Int32](repeating: -1, count: dictionary.count)
    }

    /// No string is coded any more.
    mutating func giveUp() {
        usesDictionary = false
        (known, source) = ([], nil)
    }

    /// Ends the row group.
    /// - Returns: The dictionary, nil when no string was coded.
    mutating func finish() -> StringDictionary? {
        let filled = builder
        self = StringCoder()
        if filled.count == 0 { return nil }
        return filled.finish()
    }
}

extension StringDictionary {
    /// Whether this is the same array and not only an equal one.
    func isSameMemory(as other: StringDictionary) -> Bool {
        guard count == other.count, bytes.count == other.bytes.count else { return false }
        return ends.withUnsafeBufferPointer { mine in
            other.ends.withUnsafeBufferPointer { theirs in mine.baseAddress == theirs.baseAddress }
        }
    }

    /// Appends the strings in plain encoding, each after its length unless all have one.
    func appendPlain(to output: ByteBuffer, withLengths: Bool) {
        for code in 0..<count {
            withBytes(code) { string in
                if withLengths { output.append(littleEndian: UInt32(string.count)) }
                output.append(UnsafeRawBufferPointer(string))
            }
        }
    }
}
