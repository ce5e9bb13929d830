import DirDB
import DirDBDumpers

/// One of the arrays of the demonstration, known from its number alone.
struct DemoArray {
    private static let columns = 1024
    private static let rowsPerMebibyte = (1 << 20) / (columns * MemoryLayout<Double>.size)

    let worker: Int
    let index: Int
    let mebibytes: Int

    /// Such as `worker-2-array-007`.
    var name: String {
        let digits = String(index)
        return
            "worker-\(worker)-array-\(String(repeating: "0", count: max(0, 3 - digits.utf8.count)))\(digits)"
    }

    var meta: JSON {
        [
            "worker": .integer(Int64(worker)), "index": .integer(Int64(index)), "center": .real(center),
            "spread": .real(spread),
        ]
    }

    private var center: Double { Double(worker) }
    private var spread: Double { Double(index + 1) }

    /// Noise between `center - spread` and `center + spread`, the same each time.
    func values() throws -> NDArray<Double> {
        let rows = mebibytes * Self.rowsPerMebibyte
        let elements = [Double](unsafeUninitializedCapacity: rows * Self.columns) { buffer, count in
            var state = UInt64(worker) << 32 | UInt64(index)
            for position in buffer.indices {
                buffer.initializeElement(at: position, to: center + spread * Self.next(&state))
            }
            count = buffer.count
        }
        return try NDArray(shape: [rows, Self.columns], elements: elements)
    }

    /// The next number from -1 to 1 (SplitMix64; Steele, Lea, Flood 2014).
    private static func next(_ state: inout UInt64) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) * 0x1p-52 - 1
    }
}
