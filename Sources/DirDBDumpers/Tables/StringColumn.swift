public import DirDB

/// The strings of a column, coded by a dictionary: each row has a code, each distinct string is kept once.
///
/// Equality is that of the rows' strings, compared by their bytes.
public struct StringColumn: Sendable, Equatable {
    /// For each row the place of its string in the dictionary.
    public let codes: [Int32]
    /// The strings.
    public let dictionary: StringDictionary

    /// Creates a column of the given strings.
    public init(_ strings: some Sequence<String>) {
        var builder = StringDictionaryBuilder()
        var codes: [Int32] = []
        codes.reserveCapacity(strings.underestimatedCount)
        for var string in strings {
            guard let code = string.withUTF8({ builder.code(of: $0) }) else {
                preconditionFailure("a column has at most 2147483647 distinct strings")
            }
            codes.append(code)
        }
        self.codes = codes
        dictionary = builder.finish()
    }

    /// Creates a column of the given codes, without copying them.
    ///
    /// The code 0 is accepted even if the dictionary is empty, because it stands where a string is missing.
    /// - Throws: `.invalidArgument` when a code is beyond the dictionary.
    /// - Complexity: O(n) in the number of rows.
    public init(codes: [Int32], dictionary: StringDictionary) throws(DirDBError) {
        let largest = codes.withUnsafeBufferPointer { codes in
            // A negative code is a very large one.
            codes.reduce(UInt32(0)) { max($0, UInt32(bitPattern: $1)) }
        }
        guard largest < max(dictionary.count, 1) else {
            throw .codeOutOfRange(Int(Int32(bitPattern: largest)), count: dictionary.count)
        }
        self.init(unchecked: codes, dictionary)
    }

    /// Creates a column whose codes are known to be good: each has its string, or 0 stands where there is none.
    package init(unchecked codes: [Int32], _ dictionary: StringDictionary) {
        self.codes = codes
        self.dictionary = dictionary
    }

    /// The number of rows.
    public var count: Int { codes.count }

    /// The string of a row; a row that does not exist, or a missing one beside an empty dictionary, is a
    /// programming error.
    public subscript(row: Int) -> String {
        dictionary[Int(codes[row])]
    }

    func rows(_ range: Range<Int>) -> StringColumn {
        StringColumn(unchecked: Array(codes[range]), dictionary)
    }

    func gathering(_ rows: [Int]) -> StringColumn {
        StringColumn(unchecked: rows.map { codes[$0] }, dictionary)
    }

    func clearing(_ validity: [Bool]) -> StringColumn {
        StringColumn(unchecked: cleared(codes, validity, 0), dictionary)
    }
}

// MARK: Equality

extension StringColumn {
    /// Whether the strings of all rows have the same bytes.
    public static func == (left: StringColumn, right: StringColumn) -> Bool {
        left.hasSameRows(as: right, where: nil)
    }

    /// Whether the strings of the valid rows have the same bytes.
    func hasSameRows(as other: StringColumn, where validity: [Bool]?) -> Bool {
        guard count == other.count else { return false }
        // Which code of the other column was found to be the same string: each pair is compared once.
        var known = [Int32](repeating: -1, count: dictionary.count)
        for row in codes.indices where validity?[row] ?? true {
            let (mine, theirs) = (Int(codes[row]), other.codes[row])
            if mine < known.count && known[mine] == theirs { continue }
            guard mine < known.count, theirs < other.dictionary.count else {
                // Both are code 0 beside an empty dictionary: no string.
                if mine >= known.count && theirs >= other.dictionary.count { continue }
                return false
            }
            guard dictionary.hasSameBytes(mine, as: Int(theirs), in: other.dictionary) else { return false }
            known[mine] = theirs
        }
        return true
    }
}
