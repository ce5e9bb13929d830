import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// zlib holds output for which a buffer had no room, also when it has used up its input: every length must come back
/// whole, whatever buffer it does not fit into.
@Suite("Deflated members of every length")
struct InflateLengthTests {
    enum Content: String, CaseIterable {
        case constant, repetitive, random

        func elements(_ count: Int) -> [UInt8] {
            var random = SplitMix64(state: UInt64(count))
            return (0..<count).map { index in
                switch self {
                case .constant: 1
                case .repetitive: UInt8(truncatingIfNeeded: index % 23 * 11)
                case .random: UInt8.random(in: 0...255, using: &random)
                }
            }
        }
    }

    /// Around the sizes of all buffers between file and array, less the 128 bytes of the header.
    static let lengths: [Int] = {
        var lengths = Array(0...3000)
        for kibibytes in [4, 16, 64, 256, 512, 768, 1024] {
            let size = kibibytes << 10
            lengths += size - 130...size - 126
            lengths += size - 2...size + 2
        }
        return lengths
    }()

    private func check(_ entry: Entry, _ content: Content, _ lengths: [Int]) throws {
        let archive = try entry.withData { try NPZFile($0) }
        let streamed = try entry.get(as: NPZDumper(access: .owned))
        #expect(archive.names.count == lengths.count)
        for length in lengths {
            let expected = NDArray(content.elements(length))
            #expect(try archive.load("n\(length)") == expected, "\(content) \(length)")
            #expect(try streamed["n\(length)"] == expected, "\(content) \(length)")
        }
    }

    @Test("What this package deflates comes back whole", arguments: Content.allCases, [1, 6, 9])
    func own(content: Content, level: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let lengths = Self.lengths.sampled
        try db["x"].put(arrays: .deflated(level: level)) { writer in
            for length in lengths {
                try writer.append(NDArray(content.elements(length)), named: "n\(length)")
            }
        }
        try check(db["x"], content, lengths)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "What numpy deflates comes back whole",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter with numpy"),
        arguments: Content.allCases)
    func numpy(content: Content) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let lengths = Self.lengths.sampled
        try db["stored"].put(arrays: .stored) { writer in
            for length in lengths {
                try writer.append(NDArray(content.elements(length)), named: "n\(length)")
            }
        }
        try Python.run(
            """
            import sys
            import numpy as np
            with np.load(f'{sys.argv[1]}/stored.npz') as stored:
                np.savez_compressed(f'{sys.argv[1]}/x.npz', **stored)
            """, [directory.path])
        try check(db["x"], content, lengths)
    }

    @Test(
        "The arrays of the report, as reals",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter with numpy"))
    func reals() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try Python.run(
            """
            import sys
            import numpy as np
            lengths = list(range(100, 140)) + [32881] + list(range(32740, 32780))
            np.savez_compressed(f'{sys.argv[1]}/x.npz', **{f'n{n}': np.ones(n) for n in lengths})
            """, [directory.path])
        let archive = try db["x"].withData { try NPZFile($0) }
        for name in archive.names {
            let count = try #require(Int(name.dropFirst()))
            #expect(try archive.load(name) == NDArray([Double](repeating: 1, count: count)))
        }
    }
}
