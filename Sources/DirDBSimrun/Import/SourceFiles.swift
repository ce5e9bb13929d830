import DirDB

/// Files that an entry is made from: how many, how large, and a number that changes when one of them does.
struct SourceFiles: Sendable, Hashable {
    /// How many there are.
    let count: Int
    /// Their sizes together.
    let byteCount: Int64
    /// A digest of names, sizes and times of change, in the order of use.
    let fingerprint: String

    /// Files that are known otherwise, such as by their contents.
    init(count: Int, byteCount: Int64, fingerprint: String) {
        self.count = count
        self.byteCount = byteCount
        self.fingerprint = fingerprint
    }

    init(
        _ relativePaths: some Sequence<String>, of tree: SimrunTree, settings: String
    ) throws(DirDBError) {
        var digest = Digest()
        var count = 0
        var byteCount: Int64 = 0
        var folder = RawFolder()
        digest.add(settings)
        for relativePath in relativePaths {
            let status = try folder.status(relativePath, of: tree)
            digest.add(relativePath)
            digest.add(status.size)
            digest.add(status.modified.seconds)
            digest.add(Int64(status.modified.nanoseconds))
            count += 1
            byteCount += status.size
        }
        self.count = count
        self.byteCount = byteCount
        fingerprint = digest.text
    }
}

extension SourceFiles {
    /// A digest of numbers, by their bits.
    static func fingerprint(of numbers: [Double]) -> String {
        var digest = Digest()
        for number in numbers { digest.add(Int64(bitPattern: number.bitPattern)) }
        return digest.text
    }

    /// The names alone of all files of the result folders.
    init(namesOf tree: SimrunTree) {
        var digest = Digest()
        var count = 0
        digest.add(tree.root)
        for folder in tree.folders {
            digest.add(folder.relativeTracePath)
            digest.add(Int64(folder.runs.count))
            for run in folder.runs {
                digest.add(Int64(run))
                digest.add(folder.synapseFiles[run] ?? "")
                digest.add(folder.cellFiles[run] ?? "")
            }
            count += 1 + folder.synapseFiles.count + folder.cellFiles.count
        }
        self.init(count: count, byteCount: 0, fingerprint: digest.text)
    }
}

/// FNV-1a of 128 bits: enough to see a change, which nobody makes on purpose to deceive.
private struct Digest {
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    private mutating func add(_ byte: UInt8) {
        state = (state ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        // No text contains it.
        add(UInt8(0xFF))
    }

    mutating func add(_ number: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }

    var text: String { state.hexadecimal }
}
