package import DirDB

/// Data that tells which version it is, and whether it is whole.
package enum Generation {
    /// The data of a version: its number again and again; sizes vary from some hundred bytes to 200 KiB.
    package static func bytes(_ number: Int64) -> [UInt8] {
        let count = 100 + Int(number % 5) * 6000
        return (0..<count).flatMap { _ in withUnsafeBytes(of: number) { Array($0) } }
    }

    /// The version of some data; nil when it is not one version alone and whole.
    package static func number(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 8 else { return nil }
        let number = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        return bytes == self.bytes(number) ? number : nil
    }
}

/// Entries that a worker changes for ever, each by one kind of operation, and the rule that each obeys at any
/// moment.
package struct Playground {
    package let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// The first state.
    package func prepare() throws {
        try database["data"].put(Generation.bytes(1), meta: ["fixed": true])
        try database["pair"].put(Generation.bytes(1), meta: ["gen": 1])
        try database["meta"].put(Generation.bytes(1), meta: ["gen": 1, "twice": 2])
        try database["here"].put(Generation.bytes(1), meta: ["gen": 1])
        try database["form"].put(Generation.bytes(1), meta: ["gen": 1])
    }

    /// One change; the generator decides which.
    package func step(_ number: Int64, _ random: inout SplitMix64) throws {
        let bytes = Generation.bytes(number)
        switch random.next() % 7 {
        case 0: try database["data"].put(bytes)
        case 1: try database["pair"].put(bytes, meta: ["gen": .integer(number)])
        case 2:
            try database["meta"].updateMeta {
                $0.gen = .integer(number)
                $0.twice = .integer(2 * number)
            }
        case 3: try database["gone"].put(bytes, meta: ["gen": .integer(number)])
        case 4: if try database["gone"].exists { try database["gone"].delete() }
        case 5:
            let (here, there) = (try database["here"], try database["sub", "there"])
            // One that was killed may have left both names: then this finishes what it did.
            try here.exists ? here.rename(to: there) : there.rename(to: here)
        default:
            let isOpaque = try database["form"].format("bin").exists
            try database["form"].put(
                bytes, as: RawBytes(isOpaque ? "dat" : "bin"), meta: ["gen": .integer(number)])
        }
    }
}
