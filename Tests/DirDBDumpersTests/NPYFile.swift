import DirDB
import DirDBDumpers
import TestSupport

/// An npy file put together by hand.
struct NPYFile {
    let header: String
    let version: (UInt8, UInt8)
    let data: [UInt8]
    /// Whether the header is padded as numpy does it; otherwise the data starts anywhere.
    let isAligned: Bool

    init(_ header: String, version: (UInt8, UInt8) = (1, 0), data: [UInt8] = [], isAligned: Bool = true) {
        self.header = header
        self.version = version
        self.data = data
        self.isAligned = isAligned
    }

    init(
        _ descr: String, fortran: Bool = false, _ shape: String, version: (UInt8, UInt8) = (1, 0),
        data: [UInt8] = [], isAligned: Bool = true
    ) {
        let order = fortran ? "True" : "False"
        let header = "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }"
        self.init(header, version: version, data: data, isAligned: isAligned)
    }

    var bytes: [UInt8] {
        let prefix = version.0 == 1 ? 10 : 12
        var text = Array(header.utf8)
        if isAligned { while (prefix + text.count + 1) % 64 != 0 { text.append(0x20) } }
        text.append(0x0A)
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version.0, version.1]
        for shift in 0..<prefix - 8 { bytes.append(UInt8(truncatingIfNeeded: text.count >> (8 * shift))) }
        return bytes + text + data
    }
}

/// The bytes of integers and reals, little-endian.
func bytes<Value: BitwiseCopyable>(_ values: [Value], swapped: Bool = false) -> [UInt8] {
    values.flatMap { value in
        let bytes = withUnsafeBytes(of: value, Array.init)
        return swapped ? bytes.reversed() : bytes
    }
}

extension Entry {
    /// Stores hand-made bytes under the extension npy.
    func put(_ file: NPYFile) throws {
        try put(file.bytes, as: RawBytes("npy"))
    }
}

extension Database {
    /// A database for one test, without syncs.
    init(testing directory: borrowing TemporaryDirectory) throws {
        try self.init(directory.path, durability: .relaxed)
    }
}
