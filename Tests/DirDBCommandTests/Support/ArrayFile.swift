import Foundation

/// A small npy file, made by hand after numpy.lib.format, version 1.0.
enum ArrayFile {
    static func doubles(_ values: [Double], shape: String) -> Data {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
        header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
        var data = Data([0x93] + "NUMPY".utf8 + [1, 0, UInt8(header.utf8.count), 0])
        data += Data(header.utf8)
        for value in values { withUnsafeBytes(of: value) { data += Data($0) } }
        return data
    }
}
