// What numpy.dtype takes in place of a type string, and numpy.load with it; sizes are those of 64-bit Unix.

extension DType {
    /// The type string, without byte order, of a name that numpy has for a type; nil for any other text.
    static func typeString(named name: String, hasOrder: Bool) -> String? {
        letters[name] ?? (hasOrder ? nil : names[name])
    }

    /// Whether a text in brackets is a unit of time: `[ns]`, `[25s]`.
    static func isUnit(_ text: Substring) -> Bool {
        guard text.first == "[", text.last == "]" else { return false }
        let unit = text.dropFirst().dropLast().drop { ("0"..."9").contains($0) }
        return units.contains(String(unit))
    }

    private static let units: Set = [
        "Y", "M", "W", "D", "h", "m", "s", "ms", "us", "μs", "ns", "ps", "fs", "as", "generic",
    ]

    /// Names that may follow a byte order.
    private static let letters = [
        "?": "b1", "b": "i1", "B": "u1", "h": "i2", "H": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8",
        "q": "i8", "Q": "u8", "p": "i8", "P": "u8", "n": "i8", "N": "u8", "e": "f2", "f": "f4", "d": "f8",
        "g": "f16", "F": "c8", "D": "c16", "G": "c32", "c": "S1", "S": "S0", "a": "S0", "U": "U0", "V": "V0",
        "M": "M8", "m": "m8", "datetime64": "M8", "timedelta64": "m8",
    ]

    private static let names = [
        "bool": "b1", "bool_": "b1", "int8": "i1", "byte": "i1", "int16": "i2", "short": "i2", "int32": "i4",
        "intc": "i4", "int64": "i8", "int": "i8", "int_": "i8", "long": "i8", "longlong": "i8", "intp": "i8",
        "uint8": "u1", "ubyte": "u1", "uint16": "u2", "ushort": "u2", "uint32": "u4", "uintc": "u4",
        "uint64": "u8", "uint": "u8", "ulong": "u8", "ulonglong": "u8", "uintp": "u8", "float16": "f2",
        "half": "f2", "float32": "f4", "single": "f4", "float64": "f8", "float": "f8", "double": "f8",
        "float128": "f16", "longdouble": "f16", "complex64": "c8", "csingle": "c8", "complex128": "c16",
        "complex": "c16", "cdouble": "c16", "complex256": "c32", "clongdouble": "c32", "str": "U0",
        "str_": "U0", "unicode": "U0", "bytes": "S0", "bytes_": "S0", "void": "V0", "object": "O",
        "object_": "O",
    ]
}
