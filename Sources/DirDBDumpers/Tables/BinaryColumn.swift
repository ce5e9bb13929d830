/// The byte strings of a column, each distinct one kept once.
///
/// Equality is that of the rows' bytes.
public struct BinaryColumn: Sendable, Equatable {
    // Coded as texts are; only here may the bytes of a dictionary be other than UTF-8.
    package let coded: StringColumn

    /// Creates a column of the given byte strings.
    public init(_ values: some Sequence<[UInt8]>) {
        var builder = StringDictionaryBuilder()
        let codes = values.map { value in
            guard let code = value.withUnsafeBufferPointer({ builder.code(of: $0) }) else {
                preconditionFailure("a column has at most 2147483647 distinct values")
            }
            return code
        }
        coded = StringColumn(unchecked: codes, builder.finish())
    }

    package init(_ coded: StringColumn) {
        self.coded = coded
    }

    /// The number of rows.
    public var count: Int { coded.count }

    /// The bytes of a row; a row that does not exist, or has no value, is a programming error.
    public subscript(row: Int) -> [UInt8] {
        withBytes(row) { Array($0) }
    }

    /// Gives scoped access to the bytes of a row, without a copy.
    /// - Throws: What `body` throws.
    public func withBytes<Result, Failure: Error>(
        _ row: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try coded.dictionary.withBytes(Int(coded.codes[row]), body)
    }
}

extension BinaryColumn {
    /// The bytes of a row as text: printable ASCII as it is, the rest as `\xE9`, as DuckDB writes them; a `uuid` in
    /// its usual form.
    func text(_ row: Int, logicalType: String?) -> String {
        withBytes(row) { bytes in
            var text: [UInt8] = []
            let isUUID = logicalType == "uuid" && bytes.count == 16
            for (place, byte) in bytes.enumerated() {
                if isUUID {
                    if [4, 6, 8, 10].contains(place) { text.append(UInt8(ascii: "-")) }
                } else if (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\") {
                    text.append(byte)
                    continue
                } else {
                    text += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
                }
                for digit in [byte >> 4, byte & 0xF] {
                    let letters = isUUID ? UInt8(ascii: "a") : UInt8(ascii: "A")
                    text.append(digit < 10 ? UInt8(ascii: "0") + digit : letters + digit - 10)
                }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
