/// The opcodes of the protocols 0 to 5, named as in Python's module `pickletools`, which documents them.
enum PickleOpcode: UInt8 {
    // Values.
    case none = 0x4E
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt = 0x4A
    case binInt1 = 0x4B
    case binInt2 = 0x4D
    case long1 = 0x8A
    case long4 = 0x8B
    case binFloat = 0x47

    // Text and bytes: the length, then that many bytes.
    case shortBinUnicode = 0x8C
    case binUnicode = 0x58
    case binUnicode8 = 0x8D
    case shortBinBytes = 0x43
    case binBytes = 0x42
    case binBytes8 = 0x8E
    case byteArray8 = 0x96

    // Containers.
    case mark = 0x28
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyList = 0x5D
    case append = 0x61
    case appends = 0x65
    case emptyDict = 0x7D
    case setItem = 0x73
    case setItems = 0x75
    case emptySet = 0x8F
    case addItems = 0x90
    case frozenSet = 0x91

    // References to values seen before.
    case binPut = 0x71
    case longBinPut = 0x72
    case memoize = 0x94
    case binGet = 0x68
    case longBinGet = 0x6A

    // Objects.
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case build = 0x62

    // The frame of the whole.
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2E

    /// The names of the opcodes that are refused: those of protocol 0, and those for classes and outside data.
    static let refused: [UInt8: String] = [
        0x30: "POP", 0x31: "POP_MARK", 0x32: "DUP", 0x46: "FLOAT", 0x49: "INT", 0x4C: "LONG", 0x50: "PERSID",
        0x51: "BINPERSID", 0x53: "STRING", 0x54: "BINSTRING", 0x55: "SHORT_BINSTRING", 0x56: "UNICODE",
        0x64: "DICT", 0x67: "GET", 0x69: "INST", 0x6C: "LIST", 0x6F: "OBJ", 0x70: "PUT", 0x81: "NEWOBJ",
        0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x92: "NEWOBJ_EX", 0x97: "NEXT_BUFFER",
        0x98: "READONLY_BUFFER",
    ]
}
