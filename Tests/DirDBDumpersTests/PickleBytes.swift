import DirDB
import DirDBDumpers

/// Pickles put together by hand.
enum PickleBytes {
    /// A pickle of protocol 4 of the given opcodes, with its end.
    static func whole(_ parts: [UInt8]...) -> [UInt8] { [0x80, 4] + parts.flatMap { $0 } + [0x2E] }

    static func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + Array(value.utf8) }

    static func global(_ module: String, _ name: String) -> [UInt8] { text(module) + text(name) + [0x93] }

    /// The text lines of protocol 2's opcode.
    static func oldGlobal(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func dtype(_ name: String) -> [UInt8] { global("numpy", "dtype") + text(name) + [0x85, 0x52] }

    /// What numpy's protocol 5 writes, with any numbers.
    static func array(_ dtype: String, _ shape: [UInt8], order: String = "C", data: [UInt8]) -> [UInt8] {
        global("numpy._core.numeric", "_frombuffer")
            + [0x28, 0x43, UInt8(data.count)] + data + Self.dtype(dtype) + shape + text(order) + [0x74, 0x52]
    }

    /// A tuple of small numbers.
    static func tuple(_ numbers: UInt8...) -> [UInt8] { [0x28] + numbers.flatMap { [0x4B, $0] } + [0x74] }

    /// An integer of 64 bits.
    static func long(_ value: Int64) -> [UInt8] { [0x8A, 8] + bytes([value]) }
}

extension Entry {
    /// Stores hand-made bytes under the extension pickle, and reads them.
    func load(pickle bytes: [UInt8]) throws -> PickleValue {
        try put(bytes, as: RawBytes("pickle"))
        return try get()
    }
}
