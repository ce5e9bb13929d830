/// The Python names that a pickle may use: the whole allow list.
///
/// Nothing of Python is called for them: each stands for a value that this module makes itself.
enum PickleGlobal: UInt8 {
    case ndarray
    case dtype
    case reconstruct
    case frombuffer
    case scalar
    case encode
    case set
    case frozenset
    case bytes
    case bytearray
    case complex
    case orderedDict

    /// The meaning of a qualified name; nil for all the rest of Python.
    init?(_ name: String) {
        guard let global = Self.names[name] else { return nil }
        self = global
    }

    // numpy 2 moved its internals from numpy.core to numpy._core; Python 2 called builtins __builtin__, and the
    // protocol 2 of Python 3 still does.
    private static let names: [String: PickleGlobal] = [
        "numpy.ndarray": .ndarray,
        "numpy.dtype": .dtype,
        "numpy.core.multiarray._reconstruct": .reconstruct,
        "numpy._core.multiarray._reconstruct": .reconstruct,
        "numpy.core.numeric._frombuffer": .frombuffer,
        "numpy._core.numeric._frombuffer": .frombuffer,
        "numpy.core.multiarray.scalar": .scalar,
        "numpy._core.multiarray.scalar": .scalar,
        "_codecs.encode": .encode,
        "builtins.set": .set,
        "__builtin__.set": .set,
        "builtins.frozenset": .frozenset,
        "__builtin__.frozenset": .frozenset,
        "builtins.bytes": .bytes,
        "__builtin__.bytes": .bytes,
        "builtins.bytearray": .bytearray,
        "__builtin__.bytearray": .bytearray,
        "builtins.complex": .complex,
        "__builtin__.complex": .complex,
        "collections.OrderedDict": .orderedDict,
    ]
}
