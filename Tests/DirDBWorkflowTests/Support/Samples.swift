import DirDB
import DirDBDumpers
import Foundation
import TestSupport
import Testing

/// The library's error that a body throws; nil when it throws none.
func failure(_ body: () throws -> Void) -> DirDBError? {
    do { try body() } catch { return error as? DirDBError }
    return nil
}

extension TemporaryDirectory {
    /// A database in a folder here, which does not sync.
    func database(_ name: String) throws -> Database {
        try Database(path(of: name), durability: .relaxed)
    }

    /// A database with entries of all kinds: arrays, opaque data, metadata alone, sub-databases, odd names.
    func sample(_ name: String) throws -> Database {
        let db = try database(name)
        try db["a"].put(NDArray([1.0, 2, 3]), meta: ["epoch": 1])
        try db["b"].put(NDArray([4.0, 5, 6]), meta: ["epoch": 2])
        try db["cell"].put(Array("hoc".utf8), as: RawBytes("hoc"))
        try db["note"].replaceMeta(with: ["text": "no data"])
        try db["sub", "deep", "x"].put(NDArray([7]))
        try db["sub", "e\u{301} *"].put(NDArray([8]), meta: ["odd": true])
        try db["sub", "z"].put(NDArray([9]))
        try age(name, seconds: 100)
        return db
    }

    /// Makes all data in a database look as if it was written so long ago.
    func age(_ name: String, seconds: Double) throws {
        for file in try FileManager.default.subpathsOfDirectory(atPath: path(of: name)) {
            let date = Date(timeIntervalSinceNow: -seconds)
            let path = path(of: "\(name)/\(file)")
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        }
    }

    /// The numbers of the files in a folder, by their names; a file that is replaced gets another.
    func fileNumbers(_ name: String) throws -> [String: UInt64] {
        try DiskImage(path(of: name)).names.compactMapValues(\.self)
    }
}

extension Database {
    /// The keys of all entries, sorted.
    var keys: [String] {
        get throws {
            try entries(recursive: true, order: .name, withoutData: true)
                .map(\.key)
        }
    }
}
